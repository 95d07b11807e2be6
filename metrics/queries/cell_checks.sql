-- cell_checks counts the checks of the period by the unit and category of the points in
-- force at as_of that they cover, and of the checks that name a category themselves. Voided
-- ones count nowhere; a check that covers several points of a cell counts once.
-- One row per unit and category that was ever checked up to to_day. <category> is a
-- column from a fixed list.
SELECT
    unit_code,
    cell_category,
    uniqExactIf(check_id, check_day >= {from_day:Date32}) AS check_count,
    max(check_day) AS last_on
FROM (
    SELECT
        point_unit AS unit_code,
        point_category AS cell_category,
        visits.check_id AS check_id,
        visits.check_day AS check_day
    FROM (
        SELECT
            unit AS point_unit,
            <category> AS point_category,
            risk_id
        FROM risks
        WHERE batch_no <= {visible_max:UInt64}
          AND NOT has({hidden:Array(UInt64)}, batch_no)
          AND sign = 1
          AND (row_id, ver) NOT IN (
            SELECT row_id, ver
            FROM risks
            WHERE sign = -1
              AND batch_no <= {visible_max:UInt64}
              AND NOT has({hidden:Array(UInt64)}, batch_no)
          )
          AND in_force_from <= {as_of:Date32}
          AND in_force_to > {as_of:Date32}
    ) AS points
    INNER JOIN (
        SELECT
            id AS check_id,
            checked_on AS check_day,
            arrayJoin(risk_ids) AS point_id
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
          AND checked_on <= {to_day:Date32}
          AND void_reason = ''
    ) AS visits ON points.risk_id = visits.point_id
    UNION ALL
    SELECT
        unit AS unit_code,
        category AS cell_category,
        id AS check_id,
        checked_on AS check_day
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
      AND checked_on <= {to_day:Date32}
      AND void_reason = ''
      AND category != 'unclassified'
)
GROUP BY unit_code, cell_category
ORDER BY unit_code, cell_category
