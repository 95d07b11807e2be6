-- The units and the history of their leaders: one live row per (code, leader_from).
-- A correction is a cancel row (sign -1, the old values) and a new row, both in the
-- batch that brought it; sum(sign) over the visible batches is the state at any time.
-- ver numbers the writing of a row: (code, leader_from, ver) pairs a row with its cancel.
-- The table is small; the key is the lookup key.
CREATE TABLE IF NOT EXISTS units (
    sign Int8,
    batch_no UInt64,
    ver UInt64,
    given UInt64,
    code LowCardinality(String),
    name String,
    parent LowCardinality(String),
    unit_type LowCardinality(String),
    heads Array(String),
    leader String,
    leader_from Date32,
    sort_order Int32,
    opened_on Date32,
    closed_on Date32
) ENGINE = MergeTree
ORDER BY (code, leader_from, ver)
SETTINGS non_replicated_deduplication_window = 1000
