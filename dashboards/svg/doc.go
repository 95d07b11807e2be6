// Package svg draws chart options to SVG without a browser: for the report, for mails and
// for tests. ECharts itself runs in its server mode inside goja, a JavaScript engine in Go,
// so paper shows what the page shows.
//
// The drawing is read as XML and written anew. Only a short list of elements and
// attributes passes, identifiers are numbered per drawing, and the same option gives the
// same bytes in every process. Building options belongs to package charts; fonts are not
// embedded.
package svg
