-- One row per step of a run of a cron task: started, then done or failed. A period
-- (a day, a month) that has a done run is never run again by itself.
CREATE TABLE IF NOT EXISTS job_runs (
    run_id String,
    job LowCardinality(String),
    period String,
    step UInt8,
    state LowCardinality(String),
    stepped_at DateTime64(6, 'UTC'),
    result String,
    counts Map(String, UInt64)
) ENGINE = MergeTree
ORDER BY (job, period, run_id, step)
