-- One row per issued version of a report: the file itself with its checksum, its numbers,
-- what people decided about it, the cut of the data it shows, the numbers it prints
-- (figures, JSON) and those that differ from the version before (changes, JSON). None is
-- ever changed or erased. seq counts all issues; an insert carries it as its token for
-- deduplication, so that of several that issue at once one is stored, and the numbers that
-- follow from the issues before it have neither gaps nor doubles.
CREATE TABLE IF NOT EXISTS report_issues (
    seq UInt32,
    entry String,
    period String,
    version UInt32,
    number UInt32,
    total UInt32,
    signer String,
    issued_on Date32,
    by_name String,
    by_role LowCardinality(String),
    recorded_at DateTime64(6, 'UTC'),
    copies UInt32,
    copy_no String,
    advice String,
    reason String,
    as_of Date32,
    known_at DateTime64(6, 'UTC'),
    data_version String,
    changes String,
    figures String,
    sha256 String,
    html String
) ENGINE = MergeTree
ORDER BY seq
SETTINGS non_replicated_deduplication_window = 10000
