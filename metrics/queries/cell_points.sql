-- cell_points counts the risk points in force at as_of by unit and category, those that
-- nobody has confirmed apart, by the category that is suggested for them.
-- One row per unit, category and suggestion that has any.
SELECT
    unit,
    category,
    if(category = 'unclassified', suggested_category, '') AS suggestion,
    sum(sign) AS point_count,
    sumIf(sign, grade = 'important') AS important_count,
    sumIf(sign, has(tags, '重点部位')) AS key_count
FROM risks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND in_force_from <= {as_of:Date32}
  AND in_force_to > {as_of:Date32}
GROUP BY unit, category, suggestion
HAVING point_count != 0
ORDER BY unit, category, suggestion
