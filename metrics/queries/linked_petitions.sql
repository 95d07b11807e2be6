-- linked_petitions lists the petitions of the period that concern integrity or may, with
-- what links them to a risk point. Their texts stay where they are: the hash tells equal ones, as in matters.sql.
-- One row per petition.
SELECT
    id,
    number,
    unit,
    category,
    risk_ids,
    link,
    occurred_on,
    nature,
    status,
    repeat_of,
    source,
    cityHash64(replaceRegexpAll(text, '[\\s，。、；：,.;:]', '')) AS text_hash
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM signals
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
  AND kind = 'petition'
  AND integrity IN ('yes', 'unknown')
  AND occurred_on >= {from_day:Date32}
  AND occurred_on <= {to_day:Date32}
ORDER BY occurred_on, number, id
