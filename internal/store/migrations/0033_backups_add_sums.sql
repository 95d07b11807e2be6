-- sums holds for each table of a backup the sum of the hashes of its rows, which does not
-- depend on their order; tables and sums together are the manifest of the copy. Backups
-- made before have none.
ALTER TABLE backups ADD COLUMN IF NOT EXISTS sums Map(String, UInt64)
