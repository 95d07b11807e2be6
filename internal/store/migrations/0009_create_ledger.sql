-- One live row per entry of the ledger of duties (履职台账); unit '*' stands for all.
CREATE TABLE IF NOT EXISTS ledger (
    sign Int8,
    batch_no UInt64,
    ver UInt64,
    given UInt64,
    id UInt64,
    unit LowCardinality(String),
    year UInt16,
    item LowCardinality(String),
    entry_on Date32,
    no String,
    persons Array(String),
    source LowCardinality(String),
    document String,
    content String,
    adopted LowCardinality(String),
    reason String,
    entered_on Date32
) ENGINE = MergeTree
ORDER BY (unit, year, item, id, ver)
SETTINGS non_replicated_deduplication_window = 1000
