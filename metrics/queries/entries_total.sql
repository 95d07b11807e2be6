-- entries_total counts the entries of the ledger of the period: the number of rows of entries.sql without its page.
-- What is recorded once for all units (*) belongs to each of them. Co-checks from cases, or of a source that
-- is not among the open ones, are for those who may read cases.
-- One row.
SELECT sum(sign) AS row_count
FROM ledger
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND entry_on >= {from_day:Date32}
  AND entry_on <= {to_day:Date32}
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(concat(item, ' ', content, ' ', reason, ' ', document, ' ', source), unhex({q:String})) > 0)
  AND (empty({ledger_units:Array(String)}) OR has({ledger_units:Array(String)}, unit))
  AND ({cases:UInt8} = 1 OR item != unhex({co_check:String}) OR has({open_sources:Array(String)}, source))
  AND ({batch:UInt64} = 0 OR id IN (
    SELECT id
    FROM ledger
    WHERE batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
      AND batch_no = {batch:UInt64}
      AND sign = 1
      AND given != 0
  ))
ORDER BY row_count
