-- One live row per risk point and list version, with the days on which this version of
-- it is in force: in_force_from included, in_force_to not. As of a day a point counts
-- once. listed_from and listed_to are the dates of its list and of the next one, before
-- approval and closing are applied; the obligations rest on them. Spans, identity, stage and filing are worked out by the loader for the whole
-- unit whenever a list, the ledger or the unit changes, and written as differences.
-- Ordered by what charts filter first; a unit's rows stand together for that working out.
CREATE TABLE IF NOT EXISTS risks (
    sign Int8,
    batch_no UInt64,
    ver UInt64,
    given UInt64,
    row_id UInt64,
    risk_id UInt64,
    list_id UInt64,
    origin UInt64,
    unit LowCardinality(String),
    year UInt16,
    no UInt32,
    description String,
    measures Array(String),
    path Array(String),
    path_basis Array(String),
    path_focus Array(String),
    methods Array(LowCardinality(String)),
    grade LowCardinality(String),
    layer LowCardinality(String),
    category LowCardinality(String),
    suggested_layer LowCardinality(String),
    suggested_category LowCardinality(String),
    head String,
    persons Array(String),
    leader String,
    post String,
    key_few UInt8,
    major_matter UInt8,
    tags Array(LowCardinality(String)),
    grade_reason String,
    stage LowCardinality(String),
    filed_on Date32,
    listed_from Date32,
    listed_to Date32,
    in_force_from Date32,
    in_force_to Date32
) ENGINE = MergeTree
ORDER BY (unit, year, list_id, row_id, ver)
SETTINGS non_replicated_deduplication_window = 1000
