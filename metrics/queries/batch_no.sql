-- batch_no finds the number of a batch by its ID, or by the number itself, and whether it was taken back.
-- One row, none where there is no such batch.
SELECT
    batch_no AS found_no,
    found_no IN (
      SELECT revert
      FROM batches
      WHERE state = 'committed'
        AND {visible_max:UInt64} >= batch_no
    ) AS taken_back
FROM batches
WHERE batch = unhex({id:String}) OR toString(batch_no) = unhex({id:String})
ORDER BY found_no DESC
LIMIT 1
