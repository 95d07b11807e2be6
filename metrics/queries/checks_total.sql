-- checks_total counts the checks of the period: the number of rows of checks.sql without its page.
-- One row. Those that count, or those that were voided. <cell> is what a cell of a distribution holds, from a fixed list.
SELECT sum(sign) AS row_count
FROM checks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND checked_on >= {from_day:Date32}
  AND checked_on <= {to_day:Date32}
  AND (void_reason != '') = {voided:UInt8}
  AND ({number:String} = '' OR number = unhex({number:String}))
  AND ({risk:UInt64} = 0 OR has(risk_ids, {risk:UInt64}))
  AND <cell>
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(finding, unhex({q:String})) > 0)
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
  AND ({layer:String} = '' OR layer = {layer:String})
  AND ({category:String} = '' OR category = {category:String})
  AND ({batch:UInt64} = 0 OR id IN (
    SELECT id
    FROM checks
    WHERE batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
      AND batch_no = {batch:UInt64}
      AND sign = 1
      AND given != 0
  ))
ORDER BY row_count
