-- One row per event of a letter, numbered from 1 by seq; the letter is the fold of its
-- events and none is ever changed. An insert carries the letter and seq as its token for
-- deduplication: of several that add the same event number the first is stored, the
-- others leave no row, and each reads back whose entry stands. The window holds far more
-- events than can be on their way at once.
CREATE TABLE IF NOT EXISTS letter_events (
    letter String,
    seq UInt32,
    entry String,
    event LowCardinality(String),
    recorded_at DateTime64(6, 'UTC'),
    by_name String,
    by_role LowCardinality(String),
    details String
) ENGINE = MergeTree
ORDER BY (letter, seq)
SETTINGS non_replicated_deduplication_window = 10000
