-- units lists the units with the history of their leaders, in official order.
-- One row per unit and leader.
SELECT
    code,
    name,
    parent,
    unit_type,
    heads,
    leader,
    leader_from,
    sort_order,
    opened_on,
    closed_on
FROM units
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (code, leader_from, ver) NOT IN (
    SELECT code, leader_from, ver
    FROM units
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
ORDER BY sort_order, code, leader_from
