// Package kills loads batch after batch while it kills the engine, and then the whole
// program, with SIGKILL at random moments, and counts what was lost, doubled or shown by
// halves (promises D1 and D2). The loader, the batches and the supervised engine are those of the
// product; nothing is imitated.
//
// The tests of packages ingest and cmd/qingfeng do the same a few times; here it is done
// some hundred times, and the figures are written down.
package kills
