-- One row per step of a mail: queued when its digest was written and again after each
-- failed attempt, in the end sent, failed for good, or dropped (nothing of it was left to
-- do). The state of a mail is that of its latest step. subject and body stand in the row
-- of the state sent only, and the body is erased after a time.
CREATE TABLE IF NOT EXISTS outbox (
    mail String,
    seq UInt32,
    state LowCardinality(String),
    stepped_at DateTime64(6, 'UTC'),
    next_at DateTime64(6, 'UTC'),
    attempts UInt32,
    digest String,
    recipient LowCardinality(String),
    address String,
    error String,
    subject String,
    body String
) ENGINE = MergeTree
ORDER BY (mail, seq)
