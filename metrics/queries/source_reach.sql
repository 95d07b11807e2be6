-- source_reach tells up to which day the records of each source speak.
-- One row per kind and source.
SELECT
    kind,
    source,
    max(happened_on) AS last_on
FROM (
    SELECT
        kind,
        source,
        occurred_on AS happened_on,
        sum(sign) AS record_count
    FROM signals
    WHERE batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
      AND has({source_kinds:Array(String)}, kind)
      AND occurred_on <= {to_day:Date32}
      AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
    GROUP BY kind, source, happened_on
    HAVING record_count > 0
)
GROUP BY kind, source
ORDER BY kind, source
