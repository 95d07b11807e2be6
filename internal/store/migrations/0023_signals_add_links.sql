-- A row of signals may belong to several risk points: risk_ids, of which risk_id is the only
-- one or 0. risk_ref is what the file said (1、3); link tells how the points were found:
-- number, check, person, none (a person said that it belongs to no point) or empty.
-- confirmed_by and confirmed_on are those of the latest word of a person that holds.
ALTER TABLE signals
    ADD COLUMN IF NOT EXISTS risk_ref String,
    ADD COLUMN IF NOT EXISTS risk_ids Array(UInt64) DEFAULT if(risk_id = 0, [], [risk_id]),
    ADD COLUMN IF NOT EXISTS link LowCardinality(String) DEFAULT if(risk_id = 0, '', 'check'),
    ADD COLUMN IF NOT EXISTS confirmed_by String,
    ADD COLUMN IF NOT EXISTS confirmed_on Date32
