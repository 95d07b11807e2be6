-- One live row per thing that a person said about one risk point or signal in one batch:
-- layer, category, 涉廉 or the points that a signal belongs to. given has a bit for each of
-- them; an empty value takes an earlier word back. What holds is the fold of the live rows
-- in the order of their batches, and the loader writes its outcome into risks and signals.
-- Ordered by what it is about: the loader asks for single points and signals.
CREATE TABLE IF NOT EXISTS confirmations (
    sign Int8,
    batch_no UInt64,
    ver UInt64,
    given UInt64,
    id UInt64,
    subject LowCardinality(String),
    subject_id UInt64,
    unit LowCardinality(String),
    layer LowCardinality(String),
    category LowCardinality(String),
    integrity LowCardinality(String),
    link LowCardinality(String),
    risk_ids Array(UInt64),
    said_by String,
    said_on Date32
) ENGINE = MergeTree
ORDER BY (subject, subject_id, ver)
SETTINGS non_replicated_deduplication_window = 1000
