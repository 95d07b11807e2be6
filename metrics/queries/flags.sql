-- flags lists what the nightly run flagged as overdue, up to a day and as recorded by a moment;
-- all of it, or of one risk point, or of some items (their names in hexadecimal).
-- One row per event of a flag.
SELECT
    item,
    seq,
    event,
    as_of AS flagged_on,
    rule,
    basis,
    unit,
    risk_id,
    reason
FROM flags
WHERE as_of <= {as_of:Date32}
  AND toUnixTimestamp64Micro(recorded_at) <= {known_at:Int64}
  AND ({risk:UInt64} = 0 OR risk_id = {risk:UInt64})
  AND (empty({items:Array(String)}) OR item IN (SELECT unhex(arrayJoin({items:Array(String)}))))
ORDER BY item, seq
