-- spans lists the versions of all risk points with the dates of their lists.
-- One row per point and version that took effect.
-- Texts are cast because it is read by columns, whose types must be those that Go expects.
SELECT
    risk_id,
    CAST(unit, 'String') AS unit_code,
    no,
    year,
    CAST(grade, 'String') AS grade_code,
    listed_from,
    listed_to
FROM risks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (row_id, ver) NOT IN (
    SELECT row_id, ver
    FROM risks
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
  AND listed_from < listed_to
ORDER BY risk_id, listed_from, list_id
