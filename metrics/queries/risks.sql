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
    origin,
    confidence,
    sure,
    confirmed_by,
    confirmed_on
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
  AND ({layer:String} = '' OR if({suggested:UInt8} = 1 AND layer = 'unclassified', suggested_layer, layer) = {layer:String})
  AND ({category:String} = '' OR if({suggested:UInt8} = 1 AND category = 'unclassified', suggested_category, category) = {category:String})
  AND ({sure:UInt8} = 0 OR sure = 1)
  AND (
    {confirmed:String} = ''
    OR {confirmed:String} = 'yes' AND layer != 'unclassified' AND category != 'unclassified'
    OR {confirmed:String} = 'person' AND confirmed_by != ''
    OR {confirmed:String} = 'no' AND (layer = 'unclassified' OR category = 'unclassified')
    OR {confirmed:String} = 'suggested' AND (
      layer = 'unclassified' AND suggested_layer NOT IN ('unclassified', '')
      OR category = 'unclassified' AND suggested_category NOT IN ('unclassified', '')
    )
  )
ORDER BY <order>
LIMIT {row_limit:UInt64} OFFSET {row_offset:UInt64}
