-- entries lists the entries of the ledger of the period, one page.
-- One row per entry. Its conditions are those of entries_total.sql; <order> is one of a fixed list.
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
    reason,
    batch_no
FROM ledger
WHERE <counted>
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM ledger
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
ORDER BY <order>
LIMIT {row_limit:UInt64} OFFSET {row_offset:UInt64}
