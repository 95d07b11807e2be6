-- checks lists the checks of the period, one page.
-- One row per record. <order> is an order from a fixed list.
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
    batch_no
FROM checks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND sign = 1
  AND (id, ver) NOT IN (
    SELECT id, ver
    FROM checks
    WHERE sign = -1
      AND batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
  )
  AND checked_on >= {from_day:Date32}
  AND checked_on <= {to_day:Date32}
  AND ({number:String} = '' OR number = unhex({number:String}))
  AND ({risk:UInt64} = 0 OR has(risk_ids, {risk:UInt64}))
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(finding, unhex({q:String})) > 0)
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
  AND ({layer:String} = '' OR layer = {layer:String})
  AND ({category:String} = '' OR category = {category:String})
ORDER BY <order>
LIMIT {row_limit:UInt64} OFFSET {row_offset:UInt64}
