-- signal_days counts signals of the period by the day they happened on.
-- One row per day that has any.
SELECT
    occurred_on AS happened_on,
    sum(sign) AS row_count
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND has({kinds:Array(String)}, kind)
  AND occurred_on >= {from_day:Date32}
  AND occurred_on <= {to_day:Date32}
  AND has({integrity:Array(String)}, integrity)
  AND ({status:String} = '' OR status = {status:String})
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
  AND ({layer:String} = '' OR layer = {layer:String})
  AND ({category:String} = '' OR if({machine:UInt8} = 0 AND bitAnd(machine, 1) = 1, 'unclassified', category) = {category:String})
GROUP BY happened_on
HAVING row_count != 0
ORDER BY happened_on
