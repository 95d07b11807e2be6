-- source_batches names the batches that wrote records of each source (来源): a file that
-- brought nothing new of a source is no delivery of it.
-- One row per kind, source and batch.
SELECT DISTINCT
    kind,
    source,
    batch_no
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND has({source_kinds:Array(String)}, kind)
ORDER BY kind, source, batch_no
