-- linked_signals lists the signals up to as_of that belong to risk points and concern
-- integrity or may.
-- One row per signal and point.
SELECT
    arrayJoin(risk_ids) AS point_id,
    id,
    occurred_on,
    closed_on
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM signals
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
  AND notEmpty(risk_ids)
  AND has({kinds:Array(String)}, kind)
  AND integrity IN ('yes', 'unknown')
  AND occurred_on <= {as_of:Date32}
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
ORDER BY point_id, occurred_on, id
