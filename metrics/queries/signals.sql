-- signals lists the signals of the period, one page.
-- One row per record. Its conditions are those of signals_total.sql; <order> is one of a fixed list.
SELECT
    id,
    kind,
    number,
    source,
    unit,
    occurred_on,
    text,
    channel,
    nature,
    layer,
    category,
    status,
    accepted_on,
    extended_to,
    closed_on,
    severity,
    due_on,
    fixed_on,
    repeat_of,
    risk_id,
    integrity,
    machine,
    batch_no,
    risk_ref,
    risk_ids,
    link,
    confirmed_by,
    confirmed_on
FROM signals
WHERE <counted>
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM signals
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
ORDER BY <order>
LIMIT {row_limit:UInt64} OFFSET {row_offset:UInt64}
