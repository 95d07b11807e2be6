-- One row per step of a backup: verified after its copy was restored beside the database
-- and counted, removed when a newer one took its place. tables holds the rows counted in
-- the copy.
CREATE TABLE IF NOT EXISTS backups (
    name String,
    step UInt8,
    state LowCardinality(String),
    stepped_at DateTime64(6, 'UTC'),
    bytes UInt64,
    tables Map(String, UInt64)
) ENGINE = MergeTree
ORDER BY (name, step)
