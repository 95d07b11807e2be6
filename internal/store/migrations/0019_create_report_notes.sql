-- One row per note on the report of a period: 工作建议, of which the latest stands, a
-- leader's instruction, and the letter that an instruction became. None is ever changed.
-- An insert carries period and seq as its token for deduplication, so that of two people
-- who write at once one is stored and the other is told.
CREATE TABLE IF NOT EXISTS report_notes (
    period String,
    seq UInt32,
    entry String,
    kind LowCardinality(String),
    text String,
    leader String,
    about UInt32,
    letter String,
    by_name String,
    by_role LowCardinality(String),
    recorded_at DateTime64(6, 'UTC')
) ENGINE = MergeTree
ORDER BY (period, seq)
SETTINGS non_replicated_deduplication_window = 10000
