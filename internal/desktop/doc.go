// Package desktop runs the programs of a person's desk on what we make: Chromium shows and
// prints pages, LibreOffice opens documents. Tests, the pictures of the manual and the figures
// of pages use it.
//
// The server answers nobody by such a program; that files in old formats are converted is for
// ingest/table, which trusts no file.
package desktop
