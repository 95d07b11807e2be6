-- One row per event of an overdue flag: opened, closed or reopened, by the nightly run
-- for the day as_of. item names the obligation (rule, year, point or unit); the flag is
-- up when its latest event is opened or reopened.
CREATE TABLE IF NOT EXISTS flags (
    item String,
    seq UInt32,
    event LowCardinality(String),
    as_of Date32,
    recorded_at DateTime64(6, 'UTC'),
    rule LowCardinality(String),
    basis LowCardinality(String),
    unit LowCardinality(String),
    leader String,
    risk_id UInt64,
    due_on Date32
) ENGINE = MergeTree
ORDER BY (item, seq)
SETTINGS non_replicated_deduplication_window = 1000
