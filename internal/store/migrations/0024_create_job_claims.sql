-- One row per sign of life of a scheduler that runs a job: claim, then beat while it runs,
-- then end. Attempts of a job count up for ever and are its fencing numbers. The INSERT of
-- a claim carries a token made of job and attempt: of several at once the first is stored
-- and the others are dropped, so whoever stands here owns the attempt. The clock is the
-- server's, the same for all schedulers. Ordered by what is asked: the latest attempt.
CREATE TABLE IF NOT EXISTS job_claims (
    job LowCardinality(String),
    attempt UInt64,
    owner String,
    event LowCardinality(String),
    stepped_at DateTime64(6, 'UTC')
) ENGINE = MergeTree
ORDER BY (job, attempt, stepped_at)
SETTINGS non_replicated_deduplication_window = 10000
