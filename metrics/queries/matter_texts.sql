-- matter_texts lists the matters of some units with a paper in a period, each with its first paper;
-- the grouping is that of matters.sql.
-- One row per matter.
SELECT
    unit_code,
    matter_category,
    first_on,
    last_on,
    series_ids,
    first_of_series.1 AS paper_id,
    first_of_series.2 AS paper_kind,
    first_of_series.3 AS paper_number,
    first_of_series.4 AS paper_source,
    first_of_series.5 AS paper_text
FROM (<grouped>)
WHERE last_on >= {from_day:Date32}
ORDER BY unit_code, first_on, paper_id
