-- One row per version of what a task found out for a period: hot spots of a month, key
-- figures of a month end, the opening of a year's round, sources gone quiet. Versions of
-- one task and period count from 1 and none is ever changed; a run that finds the same
-- content writes nothing. changes says in words what differs from the version before.
CREATE TABLE IF NOT EXISTS results (
    job LowCardinality(String),
    period String,
    version UInt32,
    as_of Date32,
    made_at DateTime64(6, 'UTC'),
    data_version String,
    sha256 String,
    content String,
    changes Array(String)
) ENGINE = MergeTree
ORDER BY (job, period, version)
