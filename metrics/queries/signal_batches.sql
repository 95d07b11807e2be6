-- signal_batches lists the batches that wrote about one signal, newest first.
-- One row per batch, with the moment from which it was known.
SELECT
    b.batch_no AS no,
    b.batch_uid AS batch_id,
    b.known_from AS known_from
FROM (
    SELECT
        batch_no,
        any(batch) AS batch_uid,
        argMax(stepped_at, step) AS known_from
    FROM batches
    GROUP BY batch_no
) AS b
WHERE b.batch_no IN (
    SELECT batch_no
    FROM signals
    WHERE batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
      AND id = {signal:UInt64}
  )
ORDER BY no DESC
LIMIT 30
