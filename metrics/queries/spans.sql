-- spans lists the versions of all risk points with the dates of their lists.
-- One row per point and version that took effect.
SELECT
    risk_id,
    unit,
    no,
    year,
    grade,
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
