-- lists lists all versions of all lists.
-- One row per version.
SELECT
    unit,
    year,
    listed_on,
    entered_on
FROM lists
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (list_id, ver) NOT IN (
    SELECT list_id, ver
    FROM lists
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
ORDER BY unit, year, version
