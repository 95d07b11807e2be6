-- kept lists the versions of what tasks have kept: judged months, month ends, opened rounds.
-- One row per task, period and version, with its key figures; 0 where a task has no such one.
SELECT
    job,
    period,
    version,
    as_of,
    made_at,
    data_version,
    changes,
    toUInt64(arrayCount(x -> JSONExtractBool(x, 'hot'), JSONExtractArrayRaw(content, 'items'))) AS hot_count,
    toUInt64(arrayCount(x -> JSONExtractBool(x, 'watch'), JSONExtractArrayRaw(content, 'items'))) AS watch_count,
    toUInt64(arrayCount(x -> JSONExtractBool(x, 'run') AND NOT JSONExtractBool(x, 'watch'), JSONExtractArrayRaw(content, 'items'))) AS run_count,
    JSONExtractUInt(content, 'distributions', 'risks-layer-category', 'total') AS risk_count,
    arraySum(x -> x['notice']['overdue'], mapValues(JSONExtract(content, 'obligations', 'Map(String, Map(String, Map(String, UInt64)))'))) AS overdue_count,
    toUInt64(JSONLength(content, 'units')) AS unit_count
FROM results
WHERE has({kept_tasks:Array(String)}, job)
  AND (empty({kept_periods:Array(String)}) OR has({kept_periods:Array(String)}, period))
  AND as_of <= {as_of:Date32}
  AND toUnixTimestamp64Micro(made_at) <= {known_micros:Int64}
ORDER BY job, period DESC, version DESC
LIMIT 300
