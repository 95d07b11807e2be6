// Package docxtest lets tests read what stands in Office files and in the pages printed beside
// them: parts, and text without markup. It makes no files. It is imported by tests only.
package docxtest
