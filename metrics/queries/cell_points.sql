-- cell_points counts the risk points in force at as_of by unit and category.
-- One row per unit and category that has any. <category> is a column from a fixed list.
SELECT
    unit,
    <category> AS cell_category,
    sum(sign) AS point_count,
    sumIf(sign, grade = 'important') AS important_count
FROM risks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND in_force_from <= {as_of:Date32}
  AND in_force_to > {as_of:Date32}
GROUP BY unit, cell_category
HAVING point_count != 0
ORDER BY unit, cell_category
