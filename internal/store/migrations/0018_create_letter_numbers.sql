-- One row per number of a letter, 〔year〕number号, given when the letter is issued and
-- never taken back. An insert carries year and number as its token for deduplication, so
-- that of several letters that reach for the same number one gets it and the others go
-- on to the next: numbers of a year have neither gaps nor doubles.
CREATE TABLE IF NOT EXISTS letter_numbers (
    year UInt16,
    number UInt32,
    letter String,
    recorded_at DateTime64(6, 'UTC')
) ENGINE = MergeTree
ORDER BY (year, number)
SETTINGS non_replicated_deduplication_window = 10000
