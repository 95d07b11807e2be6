-- graded_points lists the risk points in force at as_of of the given units with their
-- grades.
-- One row per point.
SELECT
    risk_id,
    unit,
    year,
    no,
    description,
    grade,
    layer,
    category
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
  AND in_force_from <= {as_of:Date32}
  AND in_force_to > {as_of:Date32}
  AND has({units:Array(String)}, unit)
ORDER BY unit, year, no, row_id
