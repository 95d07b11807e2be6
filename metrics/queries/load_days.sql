-- load_days lists the batches of files that count, none that was taken back.
-- One row per batch, with the kind of its files and the day it was committed.
SELECT
    batch_no,
    any(kind) AS file_kind,
    toDate32(toTimeZone(argMax(stepped_at, step), 'Asia/Shanghai')) AS loaded_on
FROM batches
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND revert = 0
  AND batch_no NOT IN (
    SELECT revert
    FROM batches
    WHERE state = 'committed'
      AND batch_no <= {visible_max:UInt64}
  )
GROUP BY batch_no
HAVING argMax(state, step) = 'committed'
ORDER BY batch_no
