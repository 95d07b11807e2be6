-- One row per report that a task made: the file itself, its checksum, and the data
-- version it was made from. Versions of one period count from 1; none is ever changed.
CREATE TABLE IF NOT EXISTS reports (
    period String,
    version UInt32,
    state LowCardinality(String),
    made_at DateTime64(6, 'UTC'),
    data_version String,
    sha256 String,
    html String
) ENGINE = MergeTree
ORDER BY (period, version)
