-- One live row per check (one row of an inspection file). risk_ref is what the file said
-- (1、3、5-8, 全部, descriptions); risk_ids is what it means in the unit's list of that
-- year, worked out again whenever the lists change.
CREATE TABLE IF NOT EXISTS checks (
    sign Int8,
    batch_no UInt64,
    ver UInt64,
    given UInt64,
    id UInt64,
    number String,
    unit LowCardinality(String),
    checked_on Date32,
    risk_ref String,
    risk_ids Array(UInt64),
    inspector String,
    leader String,
    leader_took_part UInt8,
    methods Array(LowCardinality(String)),
    power_regular UInt8,
    rules_followed UInt8,
    measures_done UInt8,
    finding String,
    severity UInt8,
    due_on Date32,
    fixed_on Date32,
    layer LowCardinality(String),
    category LowCardinality(String),
    entered_on Date32
) ENGINE = MergeTree
ORDER BY (unit, id, ver)
SETTINGS non_replicated_deduplication_window = 1000
