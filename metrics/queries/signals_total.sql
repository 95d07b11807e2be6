-- signals_total counts the signals of the period: the number of rows of signals.sql without its page.
-- One row. <cell> is what a cell of a distribution holds, from a fixed list.
SELECT sum(sign) AS row_count
FROM signals
WHERE batch_no <= {visible_max:UInt64}
  AND NOT has({hidden:Array(UInt64)}, batch_no)
  AND has({kinds:Array(String)}, kind)
  AND occurred_on >= {from_day:Date32}
  AND occurred_on <= {to_day:Date32}
  AND has({integrity:Array(String)}, integrity)
  AND ({status:String} = '' OR status = {status:String})
  AND ({number:String} = '' OR number = unhex({number:String}))
  AND ({risk:UInt64} = 0 OR has(risk_ids, {risk:UInt64}))
  AND (
    {linked:String} = ''
    OR {linked:String} = 'yes' AND notEmpty(risk_ids)
    OR {linked:String} = 'none' AND link = 'none'
    OR {linked:String} = 'no' AND empty(risk_ids) AND link != 'none'
  )
  AND ({signal:UInt64} = 0 OR id = {signal:UInt64})
  AND <cell>
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(text, unhex({q:String})) > 0)
  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))
  AND ({layer:String} = '' OR layer = {layer:String})
  AND ({category:String} = '' OR if({machine:UInt8} = 0 AND bitAnd(machine, 1) = 1, 'unclassified', category) = {category:String})
  AND ({batch:UInt64} = 0 OR id IN (
    SELECT id
    FROM signals
    WHERE batch_no <= {visible_max:UInt64}
      AND NOT has({hidden:Array(UInt64)}, batch_no)
      AND batch_no = {batch:UInt64}
      AND sign = 1
      AND given != 0
  ))
ORDER BY row_count
