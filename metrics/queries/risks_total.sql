-- risks_total counts the risk points in force at as_of: the number of rows of risks.sql without its page.
-- Of a batch they are those that its lists brought or changed against the versions before them, in
-- force or not; what a list only repeats is not counted. A person's word for layer and category
-- counts as the list's own, as it does when a list is loaded.
-- One row. <cell> is what a cell of a distribution holds, from a fixed list.
SELECT sum(sign) AS row_count
FROM risks
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND ({batch:UInt64} > 0 OR in_force_from <= {as_of:Date32} AND in_force_to > {as_of:Date32})
  AND ({batch:UInt64} = 0 OR origin = {batch:UInt64})
  AND ({batch:UInt64} = 0 OR (risk_id, cityHash64(no, description, measures, path, grade, head, persons, leader, post, key_few, major_matter, tags, grade_reason), listed_layer, listed_category) NOT IN (
    SELECT
      risk_id,
      cityHash64(no, description, measures, path, grade, head, persons, leader, post, key_few, major_matter, tags, grade_reason),
      arrayJoin([listed_layer, layer]) AS either_layer,
      arrayJoin([listed_category, category]) AS either_category
    FROM risks
    WHERE batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
      AND sign = 1
      AND list_id IN (
        SELECT list_id
        FROM lists
        WHERE batch_no <= {visible_max:UInt64}
          AND NOT has({hidden:Array(UInt64)}, batch_no)
          AND sign = 1
          AND (unit, year, version) IN (
            SELECT
              unit,
              year,
              toUInt32(version - 1)
            FROM lists
            WHERE batch_no <= {visible_max:UInt64}
              AND NOT has({hidden:Array(UInt64)}, batch_no)
              AND sign = 1
              AND origin = {batch:UInt64}
          )
      )
  ))
  AND ({grade:String} = '' OR grade = {grade:String})
  AND ({stage:String} = '' OR stage = {stage:String})
  AND ({tag:String} = '' OR (has(tags, unhex({tag:String})) OR unhex({tag:String}) = '关键少数' AND key_few OR unhex({tag:String}) = '三重一大' AND major_matter)
    AND (unhex({tag:String}) != '关键少数' OR if({suggested:UInt8} = 1 AND layer = 'unclassified', suggested_layer, layer) = 'leadership'))
  AND ({risk:UInt64} = 0 OR risk_id = {risk:UInt64})
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(description, unhex({q:String})) > 0)
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
  AND ({layer:String} = '' OR if({suggested:UInt8} = 1 AND layer = 'unclassified', suggested_layer, layer) = {layer:String})
  AND ({category:String} = '' OR if({suggested:UInt8} = 1 AND category = 'unclassified', suggested_category, category) = {category:String})
  AND ({sure:UInt8} = 0 OR sure = 1)
  AND <cell>
  AND (
    {confirmed:String} = ''
    OR {confirmed:String} = 'yes' AND layer != 'unclassified' AND category != 'unclassified'
    OR {confirmed:String} = 'person' AND confirmed_by != ''
    OR {confirmed:String} = 'no' AND (layer = 'unclassified' OR category = 'unclassified')
    OR {confirmed:String} = 'suggested' AND (
      layer = 'unclassified' AND suggested_layer NOT IN ('unclassified', '')
      OR category = 'unclassified' AND suggested_category NOT IN ('unclassified', '')
    )
  )
ORDER BY row_count
