-- check_days lists what the obligations need of all checks.
-- One row per check that is not voided.
-- Texts are cast because it is read by columns, whose types must be those that Go expects.
SELECT
    CAST(unit, 'String') AS unit_code,
    risk_ids,
    checked_on,
    entered_on,
    leader,
    leader_took_part,
    CAST(methods, 'Array(String)') AS method_codes
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
  AND void_reason = ''
ORDER BY checked_on, id
