-- list_texts lists the risk points of the given lists with all that the lists say about
-- them, or with in_force = 1 those in force at as_of, whatever their lists.
-- One row per point and list.
SELECT
    list_id,
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
    head,
    persons,
    leader,
    post,
    key_few,
    major_matter,
    tags,
    grade_reason,
    filed_on
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
  AND (has({list_ids:Array(UInt64)}, list_id)
    OR {in_force:UInt8} = 1 AND in_force_from <= {as_of:Date32} AND in_force_to > {as_of:Date32})
ORDER BY unit, year, list_id, no, row_id
