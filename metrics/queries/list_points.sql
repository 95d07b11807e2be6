-- list_points lists the points of one list.
-- One row per point.
SELECT
    risk_id,
    unit,
    year,
    no,
    description,
    measures,
    path,
    path_basis,
    path_focus,
    methods,
    grade,
    layer,
    category,
    suggested_layer,
    suggested_category,
    head,
    persons,
    leader,
    post,
    key_few,
    major_matter,
    tags,
    grade_reason,
    stage,
    filed_on,
    in_force_from,
    in_force_to,
    origin
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
  AND list_id = {list:UInt64}
ORDER BY no, row_id
