-- risks lists the risk points in force at as_of, one page.
-- One row per record. Its conditions are those of risks_total.sql; <order> is one of a fixed list.
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
    origin,
    confidence,
    sure,
    confirmed_by,
    confirmed_on
FROM risks
WHERE <counted>
  AND sign = 1
  AND (row_id, ver) NOT IN (
    SELECT row_id, ver
    FROM risks
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
ORDER BY <order>
LIMIT {row_limit:UInt64} OFFSET {row_offset:UInt64}
