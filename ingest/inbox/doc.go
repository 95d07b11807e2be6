// Package inbox watches a folder and loads what people put there: a sub-folder for each
// kind of file, polled, since shared folders tell nobody of changes. A file is taken when
// it has stood still for a while, goes through the one Loader, and ends in done/ or
// failed/ of its sub-folder with a report beside it. Originals of complaints and petitions
// are deleted instead once a batch holds all their rows; their report keeps name, size and
// hash.
//
// Nothing outside the watched folder is ever opened, moved or deleted: every path goes
// through os.Root, links are left alone and so are folders within.
//
// How files are read and what a row means is not decided here (that is ingest), nor how
// the state of the inbox is shown.
package inbox
