-- One live row per version of a unit's list of a year. origin is the batch that loaded
-- it; a later version for the same unit and year replaces it (replaced = 1) but it stays
-- readable. effective_on is the approval day if recorded, else listed_on.
CREATE TABLE IF NOT EXISTS lists (
    sign Int8,
    batch_no UInt64,
    ver UInt64,
    given UInt64,
    list_id UInt64,
    unit LowCardinality(String),
    year UInt16,
    version UInt32,
    origin UInt64,
    listed_on Date32,
    effective_on Date32,
    entered_on Date32,
    replaced UInt8,
    points UInt32,
    file String,
    head_signed String,
    leader_signed String
) ENGINE = MergeTree
ORDER BY (unit, year, version, ver)
SETTINGS non_replicated_deduplication_window = 1000
