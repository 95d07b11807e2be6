-- As for signals: a part of risks is one file up to 128 MB of values. Its forty columns, many of
-- them lists of texts, are two hundred files otherwise.
ALTER TABLE risks MODIFY SETTING min_bytes_for_wide_part = 134217728
