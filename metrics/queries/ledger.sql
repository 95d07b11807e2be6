-- ledger lists the entries of the ledger of duties.
-- One row per entry.
SELECT
    id,
    unit,
    year,
    item,
    entry_on,
    no,
    persons,
    source,
    document,
    content,
    adopted,
    reason
FROM ledger
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM ledger
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
ORDER BY unit, year, entry_on, id
