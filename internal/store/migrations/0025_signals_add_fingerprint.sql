-- fingerprint is a hash of what the file said that wrote the row last, as masked: a file
-- loaded again is compared with it instead of reading whole rows. 0 for rows that the
-- program works out and for those from before; they are compared in full.
ALTER TABLE signals ADD COLUMN IF NOT EXISTS fingerprint UInt64
