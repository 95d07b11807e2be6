-- One live row per signal: complaint, petition, finding, comparison. given is the set of
-- columns that the file had (bit by bit, 0 for rows written by the program itself): the
-- state of a signal is the fold of what the not reverted files gave, in batch order.
-- No partition: a correction may move a signal to another month, and one insert must be
-- atomic. id is a 64-bit hash of kind, source and number.
CREATE TABLE IF NOT EXISTS signals (
    sign Int8,
    batch_no UInt64,
    ver UInt64,
    given UInt64,
    id UInt64,
    kind LowCardinality(String),
    number String,
    source LowCardinality(String),
    unit LowCardinality(String),
    occurred_on Date32,
    text String,
    channel LowCardinality(String),
    nature LowCardinality(String),
    layer LowCardinality(String),
    category LowCardinality(String),
    status LowCardinality(String),
    accepted_on Date32,
    extended_to Date32,
    closed_on Date32,
    severity UInt8,
    due_on Date32,
    fixed_on Date32,
    repeat_of String,
    risk_id UInt64,
    integrity LowCardinality(String),
    machine UInt8,
    entered_on Date32
) ENGINE = MergeTree
ORDER BY (kind, id, ver)
SETTINGS non_replicated_deduplication_window = 1000
