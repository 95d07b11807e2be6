-- One row per step of a batch: pending before its first row is written, then committed
-- or voided. A batch is visible once its committed row stands here: one row in one
-- partition, hence atomic. The state of a batch is that of its latest step.
-- revert names the batch that this one takes back (0 = none).
CREATE TABLE IF NOT EXISTS batches (
    batch_no UInt64,
    batch String,
    kind LowCardinality(String),
    step UInt8,
    state LowCardinality(String),
    stepped_at DateTime64(6, 'UTC'),
    principal String,
    revert UInt64,
    report String
) ENGINE = MergeTree
ORDER BY (batch_no, step)
