-- One row per file of a batch. A file is known by content, kind and options: the same
-- three in a visible batch that nobody took back mean "unchanged".
CREATE TABLE IF NOT EXISTS files (
    batch_no UInt64,
    kind LowCardinality(String),
    name String,
    sha256 String,
    size UInt64,
    options String,
    read UInt64,
    added UInt64,
    changed UInt64,
    unchanged UInt64,
    rejected UInt64,
    report String
) ENGINE = MergeTree
ORDER BY (sha256, batch_no)
