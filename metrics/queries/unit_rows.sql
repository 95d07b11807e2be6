-- unit_rows finds the rows of units that a file of a batch brought or changed.
-- One row per unit and leader.
SELECT
    code,
    leader_from
FROM units
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND batch_no = {batch:UInt64}
  AND sign = 1
  AND given != 0
ORDER BY code, leader_from
