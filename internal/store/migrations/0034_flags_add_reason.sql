-- Why a flag was closed: met, late_entry (补录), exempt, postponed (its limit lies ahead again) or
-- gone (nothing is owed any more); empty for other events. The event changed, new with it, says
-- that the basis of a flag that stays up is another one from that day on.
ALTER TABLE flags ADD COLUMN IF NOT EXISTS reason LowCardinality(String)
