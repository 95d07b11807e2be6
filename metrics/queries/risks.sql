-- risks lists the risk points in force at as_of, one page.
-- One row per record. <order> is an order from a fixed list.
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
  AND in_force_from <= {as_of:Date32}
  AND in_force_to > {as_of:Date32}
  AND ({grade:String} = '' OR grade = {grade:String})
  AND ({stage:String} = '' OR stage = {stage:String})
  AND ({risk:UInt64} = 0 OR risk_id = {risk:UInt64})
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(description, unhex({q:String})) > 0)
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
  AND ({layer:String} = '' OR layer = {layer:String})
  AND ({category:String} = '' OR category = {category:String})
ORDER BY <order>
LIMIT {row_limit:UInt64} OFFSET {row_offset:UInt64}
