// Package corrections measures what it costs to read corrected rows, stored in three ways:
// as cancel rows in a plain table, as newer versions in a ReplacingMergeTree, and as
// versions in a plain table. It checks that each way gives the right counts, also for an
// earlier known_at (docs/adr/0002-corrections-as-cancel-rows.md).
//
// The rows are made up from their numbers and hold the columns that a heatmap reads. What
// the product stores and asks lives in packages ingest and metrics, not here.
package corrections
