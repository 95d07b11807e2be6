-- list_heads lists the version that counts of every unit's list of a year, listed up to
-- as_of, with its signatures.
-- One row per unit and year.
SELECT
    list_id,
    unit,
    year,
    version,
    listed_on,
    effective_on,
    head_signed,
    leader_signed
FROM lists
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (list_id, ver) NOT IN (
    SELECT list_id, ver
    FROM lists
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
  AND replaced = 0
  AND listed_on <= {as_of:Date32}
ORDER BY unit, year
