-- matters counts new matters of complaints and petitions that concern integrity or may:
-- repeats of a number of one source, equal texts in a unit, and what one person complains of
-- in one unit and category, each within 90 days of the one before, are one matter, in the month
-- of its first paper. Papers dated before papers_from are not known to it.
-- One row per unit, category and month that has any.
SELECT
    unit_code,
    matter_category AS first_category,
    toYYYYMM(first_on) AS first_month,
    count() AS matter_count,
    sum(series_papers) AS paper_count
FROM (
    SELECT
        unit_code,
        matter_category,
        min(matter_on) AS first_on,
        max(latest_on) AS last_on,
        argMin(matter_first, (matter_on, text_hash)) AS first_of_series,
        groupArrayArray(matter_ids) AS series_ids,
        sum(matter_papers) AS series_papers
    FROM (
        SELECT
            unit_code,
            matter_category,
            person_code,
            text_hash,
            matter_on,
            latest_on,
            matter_first,
            matter_ids,
            matter_papers,
            sum(matter_on > previous_on + 90) OVER (PARTITION BY unit_code, matter_category, person_code ORDER BY matter_on, text_hash) AS series_no
        FROM (
            SELECT
                unit_code,
                matter_category,
                person_code,
                matter_on,
                latest_on,
                matter_first,
                matter_ids,
                matter_papers,
                text_hash,
                lagInFrame(matter_on, 1, toDate32('1925-01-01')) OVER (
                    PARTITION BY unit_code, matter_category, person_code
                    ORDER BY matter_on, text_hash
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) AS previous_on
            FROM (
                SELECT
                    unit_code,
                    cityHash64(replaceRegexpAll(first_text, '[\\s，。、；：,.;:]', '')) AS text_hash,
                    min(paper_on) AS matter_on,
                    max(last_paper_on) AS latest_on,
                    argMin(paper_category, paper_on) AS matter_category,
                    argMin(paper, (paper_on, paper.1)) AS matter_first,
                    groupArrayArray(paper_ids) AS matter_ids,
                    argMax(paper_person, (paper_person != 0, -toInt32(paper_on))) AS known_person,
                    if(known_person = 0, text_hash, known_person) AS person_code,
                    sum(paper_rows) AS matter_papers
                FROM (
                    SELECT
                        any(unit) AS unit_code,
                        kind,
                        if(repeat_of = '', number, repeat_of) AS matter,
                        min(occurred_on) AS paper_on,
                        max(occurred_on) AS last_paper_on,
                        argMin(category, occurred_on) AS paper_category,
                        argMin(text, occurred_on) AS first_text,
                        argMin((id, kind, number, source, text), (occurred_on, id)) AS paper,
                        groupArray(id) AS paper_ids,
                        argMax(person, (person != 0, -toInt32(occurred_on))) AS paper_person,
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
                      AND (empty({matter_units:Array(String)}) OR has({matter_units:Array(String)}, unit))
                      AND integrity IN ('yes', 'unknown')
                      AND occurred_on >= {papers_from:Date32}
                      AND occurred_on <= {to_day:Date32}
                    GROUP BY kind, source, unit, matter
                )
                GROUP BY unit_code, text_hash
            )
        )
    )
    GROUP BY unit_code, matter_category, person_code, series_no
)
WHERE first_on >= {from_day:Date32}
GROUP BY unit_code, first_category, first_month
ORDER BY unit_code, first_category, first_month
