-- distribution_risks counts the risk points in force at as_of by two dimensions.
-- One row per pair of codes that has any. <row> and <col> are columns from a fixed list.
SELECT
    <row> AS row_code,
    <col> AS col_code,
    sum(sign) AS row_count,
    sumIf(sign, grade = 'important') AS important_count,
    sumIf(sign, grade = 'general') AS general_count
FROM risks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND in_force_from <= {as_of:Date32}
  AND in_force_to > {as_of:Date32}
  AND ({grade:String} = '' OR grade = {grade:String})
  AND ({stage:String} = '' OR stage = {stage:String})
  AND ({tag:String} = '' OR (has(tags, unhex({tag:String})) OR unhex({tag:String}) = '关键少数' AND key_few OR unhex({tag:String}) = '三重一大' AND major_matter)
    AND (unhex({tag:String}) != '关键少数' OR if({suggested:UInt8} = 1 AND layer = 'unclassified', suggested_layer, layer) = 'leadership'))
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
  AND ({layer:String} = '' OR if({suggested:UInt8} = 1 AND layer = 'unclassified', suggested_layer, layer) = {layer:String})
  AND ({category:String} = '' OR if({suggested:UInt8} = 1 AND category = 'unclassified', suggested_category, category) = {category:String})
GROUP BY row_code, col_code
HAVING row_count != 0
ORDER BY row_code, col_code
