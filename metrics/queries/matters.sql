-- matters counts new matters of complaints and petitions that concern integrity or may:
-- repeats of a number of one source and equal texts in a unit are one matter, in the month
-- of its first paper.
-- One row per unit, category and month that has any.
SELECT
    unit_code,
    first_category,
    toYYYYMM(first_on) AS first_month,
    count() AS matter_count,
    sum(papers) AS paper_count
FROM (
    SELECT
        unit_code,
        cityHash64(replaceRegexpAll(first_text, '[\\s，。、；：,.;:]', '')) AS text_hash,
        min(paper_on) AS first_on,
        argMin(paper_category, paper_on) AS first_category,
        sum(paper_rows) AS papers
    FROM (
        SELECT
            any(unit) AS unit_code,
            kind,
            if(repeat_of = '', number, repeat_of) AS matter,
            min(occurred_on) AS paper_on,
            argMin(category, occurred_on) AS paper_category,
            argMin(text, occurred_on) AS first_text,
            count() AS paper_rows
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
          AND has({matter_kinds:Array(String)}, kind)
          AND integrity IN ('yes', 'unknown')
          AND occurred_on <= {to_day:Date32}
        GROUP BY kind, source, unit, matter
    )
    GROUP BY unit_code, text_hash
)
WHERE first_on >= {from_day:Date32}
GROUP BY unit_code, first_category, first_month
ORDER BY unit_code, first_category, first_month
