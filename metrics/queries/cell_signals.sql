-- cell_signals counts the signals of the period that concern integrity or may, by unit
-- and category.
-- One row per unit and category that has any.
SELECT
    unit,
    category,
    sumIf(sign, kind = 'complaint') AS complaint_count,
    sumIf(sign, kind = 'petition') AS petition_count,
    sumIf(sign, kind = 'finding') AS finding_count,
    sumIf(sign, kind = 'comparison') AS comparison_count
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND has({kinds:Array(String)}, kind)
  AND integrity IN ('yes', 'unknown')
  AND occurred_on >= {from_day:Date32}
  AND occurred_on <= {to_day:Date32}
GROUP BY unit, category
HAVING sum(sign) != 0
ORDER BY unit, category
