// Package docx writes Word documents (Office Open XML, transitional) with what the
// notice's form needs: paragraphs, tables with merged cells and repeated heading rows,
// numbered lists, content controls and tracked changes, on A4. The same Document gives
// the same bytes.
//
// Nothing here reads documents (that is ingest/table) or knows what a form says.
package docx
