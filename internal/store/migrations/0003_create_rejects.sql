-- One row per rejected row of a file, with every cell masked, so that the rows can be
-- given back in the same template together with the reason.
CREATE TABLE IF NOT EXISTS rejects (
    batch_no UInt64,
    file String,
    sheet String,
    table_no UInt32,
    row_no UInt32,
    heading String,
    value String,
    code LowCardinality(String),
    message String,
    headings Array(String),
    cells Array(String)
) ENGINE = MergeTree
ORDER BY (batch_no, file, table_no, row_no)
