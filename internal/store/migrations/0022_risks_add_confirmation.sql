-- A row of risks keeps what its list says (listed_layer, listed_category, and in layer_no and
-- category_no the batch whose list said it, 0 = not known) apart from layer and category,
-- which are what holds once a person has confirmed or chosen; confirmed_by and confirmed_on
-- are empty where the list's own word holds. confidence and sure belong to the suggestion.
ALTER TABLE risks
    ADD COLUMN IF NOT EXISTS listed_layer LowCardinality(String) DEFAULT layer,
    ADD COLUMN IF NOT EXISTS listed_category LowCardinality(String) DEFAULT category,
    ADD COLUMN IF NOT EXISTS layer_no UInt64,
    ADD COLUMN IF NOT EXISTS category_no UInt64,
    ADD COLUMN IF NOT EXISTS confidence Float64,
    ADD COLUMN IF NOT EXISTS sure UInt8,
    ADD COLUMN IF NOT EXISTS confirmed_by String,
    ADD COLUMN IF NOT EXISTS confirmed_on Date32
