-- kept_loads lists the loads that may change what a task keeps, and which were taken back.
-- One row per committed batch, with the kind of its files and the batch it takes back, or 0.
SELECT
    batch_no,
    any(kind) AS file_kind,
    max(revert) AS taken_back,
    toDate32(toTimeZone(argMax(stepped_at, step), 'Asia/Shanghai')) AS loaded_on
FROM batches
WHERE batch_no > {after_no:UInt64}
  AND batch_no <= {up_to_no:UInt64}
GROUP BY batch_no
HAVING argMax(state, step) = 'committed'
ORDER BY batch_no
