-- points lists what charts need to know of all points listed up to as_of.
-- One row per point and version. <managed> is a dimension.
SELECT
    risk_id,
    layer,
    category,
    grade,
    stage,
    <managed> AS managed_code,
    description,
    listed_from
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
  AND listed_from <= {as_of:Date32}
  AND listed_from < listed_to
ORDER BY risk_id, listed_from, list_id
