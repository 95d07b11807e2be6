-- open_findings counts the findings of each unit that are not put right on as_of. A
-- finding that is closed without a day counts as put right.
-- One row per unit that has any. no_day is the absent day.
SELECT
    unit,
    sum(sign) AS finding_count
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND kind = 'finding'
  AND occurred_on <= {as_of:Date32}
  AND (fixed_on = {no_day:Date32} OR fixed_on > {as_of:Date32})
  AND (closed_on = {no_day:Date32} OR closed_on > {as_of:Date32})
  AND NOT (status = 'closed' AND fixed_on = {no_day:Date32} AND closed_on = {no_day:Date32})
GROUP BY unit
HAVING finding_count != 0
ORDER BY unit
