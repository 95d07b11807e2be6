-- list_versions lists the versions of all lists that are dated up to as_of, with what
-- their forms say about signatures.
-- One row per version.
SELECT
    list_id,
    unit,
    year,
    version,
    listed_on,
    entered_on,
    points,
    head_signed,
    leader_signed
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
  AND listed_on <= {as_of:Date32}
ORDER BY unit, year, version
