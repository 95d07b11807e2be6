-- checks lists the checks of the period, one page.
-- One row per record. Its conditions are those of checks_total.sql; <order> is one of a fixed list.
SELECT
    id,
    number,
    unit,
    checked_on,
    risk_ref,
    risk_ids,
    inspector,
    leader,
    leader_took_part,
    methods,
    power_regular,
    rules_followed,
    measures_done,
    finding,
    severity,
    due_on,
    fixed_on,
    layer,
    category,
    entered_on,
    void_reason,
    batch_no
FROM checks
WHERE <counted>
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM checks
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
ORDER BY <order>
LIMIT {row_limit:UInt64} OFFSET {row_offset:UInt64}
