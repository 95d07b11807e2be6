-- person is a digest of whoever complains, made with a key that is not in the database: two
-- complaints of one category with the same digest within 90 days are one matter. 0 where the
-- source names nobody, for petitions, and for rows from before.
ALTER TABLE signals ADD COLUMN IF NOT EXISTS person UInt64
