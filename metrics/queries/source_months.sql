-- source_months counts the records of each source by unit and month, whether they concern
-- integrity or not: it is the delivery that is looked at.
-- One row per kind, source, unit and month that has any.
SELECT
    kind,
    source,
    unit AS unit_code,
    toYYYYMM(occurred_on) AS record_month,
    sum(sign) AS record_count
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND has({source_kinds:Array(String)}, kind)
  AND occurred_on >= {from_day:Date32}
  AND occurred_on <= {to_day:Date32}
GROUP BY kind, source, unit_code, record_month
HAVING record_count > 0
ORDER BY kind, source, unit_code, record_month
