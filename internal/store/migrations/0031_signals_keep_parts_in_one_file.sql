-- A part of signals is one file up to 128 MB of values, where the default is 10: to make and to
-- sync the hundred files of a part by columns costs a load more than its rows. Larger parts,
-- which are what pages read of millions of rows, are still kept by columns.
ALTER TABLE signals MODIFY SETTING min_bytes_for_wide_part = 134217728
