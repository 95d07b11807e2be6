// Package table turns the files that offices send into rows of text: Word
// documents, workbooks, CSV in any usual encoding, JSON, archives of these, and
// the formats of older office programs through LibreOffice.
//
// What a file is, is read from its bytes; its name is only shown to people. Open
// yields one Table after another, and each Table yields its rows while the file
// is being read, so memory does not grow with the file. Everything that comes
// from outside is bounded by Limits: the bytes really unpacked, the entries of
// an archive, the rows of a sheet, the length of a cell, the time of the context.
//
// Three kinds of finding go three ways:
//
//   - *FileError ends a file (in an archive: that entry) and says why in Chinese
//     and English;
//   - *RowError comes beside the row that it is about, and reading goes on;
//   - Notice tells what was left out or repaired, through Options.Notice.
//
// What never belongs here: headings, kinds of files, dates, units, masking or
// anything else that needs to know what a cell means.
package table
