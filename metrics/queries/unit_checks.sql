-- unit_checks counts the checks of each unit in the period and tells the day of the last
-- one up to to_day.
-- One row per unit that was ever checked. Voided checks count nowhere.
SELECT
    unit,
    countIf(checked_on >= {from_day:Date32}) AS check_count,
    max(checked_on) AS last_on
FROM checks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM checks
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
  AND checked_on <= {to_day:Date32}
  AND void_reason = ''
GROUP BY unit
ORDER BY unit
