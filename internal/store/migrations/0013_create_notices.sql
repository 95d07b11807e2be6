-- One row per notice: an obligation (item), how urgent it was (level), and who was to be
-- told (recipient: clerk/13, head/13, office, inspector, leader). All notices of one
-- digest are written by one INSERT, which makes the digest exist or not. A row without
-- digest says that the recipient had no address; it does not count as told.
CREATE TABLE IF NOT EXISTS notices (
    recipient LowCardinality(String),
    item String,
    level LowCardinality(String),
    digest String,
    as_of Date32,
    recorded_at DateTime64(6, 'UTC'),
    rule LowCardinality(String),
    basis LowCardinality(String),
    unit LowCardinality(String),
    due_on Date32
) ENGINE = MergeTree
ORDER BY (recipient, item, level, digest)
