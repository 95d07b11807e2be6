-- signal_terms lists what the limits of time need of findings, complaints and petitions.
-- One row per signal.
SELECT
    id,
    kind,
    number,
    unit,
    risk_id,
    occurred_on,
    accepted_on,
    extended_to,
    due_on,
    fixed_on,
    closed_on,
    status,
    nature
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM signals
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
  AND kind IN ('finding', 'complaint', 'petition')
ORDER BY kind, id
