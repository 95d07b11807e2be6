// Package ingest takes files in and leaves committed batches: it recognises the form or
// the columns, parses every row into a record or an error with its place, masks
// identities, suggests a classification, and writes what changed as one batch that
// becomes visible at once.
//
//	file ─ table reader ─► rows ─ kind ─► records + row errors ─ masker, classifier ─►
//	batch (pending → chunks → committed) ─► ClickHouse
//
// The command line, the web upload and the watched folder use the same Loader. State is
// the fold of all committed and not reverted batches in commit order; a correction is a
// cancel row and a new row. The sub-packages table, mask and classify read files, mask
// texts and classify descriptions; none of them knows the database.
//
// Nothing here answers questions about the data (that is metrics), draws or serves.
package ingest
