-- distribution_checks counts checks of the period by two dimensions.
-- One row per pair of codes that has any. <row> and <col> are columns from a fixed list.
SELECT
    <row> AS row_code,
    <col> AS col_code,
    sum(sign) AS row_count,
    toInt64(0) AS important_count,
    toInt64(0) AS general_count
FROM checks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND checked_on >= {from_day:Date32}
  AND checked_on <= {to_day:Date32}
  AND (void_reason != '') = {voided:UInt8}
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
  AND ({layer:String} = '' OR layer = {layer:String})
  AND ({category:String} = '' OR category = {category:String})
GROUP BY row_code, col_code
HAVING row_count != 0
ORDER BY row_code, col_code
