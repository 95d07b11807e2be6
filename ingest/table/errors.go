package table

import (
	"context"
	"errors"
	"fmt"
)

// Codes of a FileError: stable words that a report shows as they are.
const (
	// CodeUnreadable: the file is damaged, cut short or breaks its format.
	CodeUnreadable = "file_unreadable"
	// CodeEncrypted: the file is protected by a password.
	CodeEncrypted = "file_encrypted"
	// CodeTooLarge: one of the Limits is passed.
	CodeTooLarge = "too_large"
	// CodeFormatUnknown: the content is none of the formats that are read.
	CodeFormatUnknown = "format_unknown"
	// CodeEmpty: the file is sound but has no table with content.
	CodeEmpty = "file_empty"
	// CodeSheetUnknown: the workbook has no sheet named Options.Sheet.
	CodeSheetUnknown = "sheet_unknown"
	// CodeEncodingUnknown: Options.Encoding is no known name.
	CodeEncodingUnknown = "encoding_unknown"
	// CodeConverterMissing: the format needs LibreOffice, which is not there.
	CodeConverterMissing = "converter_missing"
	// CodeTimeLimit: the context ended before the file did.
	CodeTimeLimit = "time_limit"
)

// Codes of a RowError.
const (
	// CodeRowRagged: the record has more or fewer cells than those before it.
	// The row is complete and can be used.
	CodeRowRagged = "row_ragged"
	// CodeCellTooLarge: a cell is longer than Limits.CellChars and was cut.
	CodeCellTooLarge = "cell_too_large"
	// CodeQuoteOpen: a quotation mark opens a cell and nothing closes it. The row
	// holds the rest of its line; reading goes on with the next line.
	CodeQuoteOpen = "quote_open"
	// CodeCellUnreadable: a cell refers to a text that the workbook does not hold.
	CodeCellUnreadable = "cell_unreadable"
)

// Codes of a Notice.
const (
	// NoticeSheetHidden: a hidden sheet was left out; name it in Options.Sheet to read it.
	NoticeSheetHidden = "sheet_hidden"
	// NoticeHeadingRepeated: a row that repeats the heading was left out.
	NoticeHeadingRepeated = "heading_repeated"
	// NoticeRowHidden: a row or cell text hidden or deleted in the document was left out.
	NoticeRowHidden = "row_hidden"
	// NoticeRowsHidden: rows of a sheet that a filter or a hand hides were read all the same.
	NoticeRowsHidden = "rows_hidden"
	// NoticeColumnsHidden: hidden columns of a sheet hold something and were read all the same.
	NoticeColumnsHidden = "columns_hidden"
	// NoticeFormulaWithoutValue: a formula has no stored result; its cell reads as empty.
	NoticeFormulaWithoutValue = "formula_without_value"
	// NoticeKeyUnknown: a JSON object has a key that is not in the heading.
	NoticeKeyUnknown = "key_unknown"
	// NoticeEncodingGuessed: the encoding is none of the expected ones; Detail names the guess.
	NoticeEncodingGuessed = "encoding_guessed"
	// NoticeTextRepaired: bytes that are no text in the encoding of the file were replaced or dropped.
	NoticeTextRepaired = "text_repaired"
	// NoticeLastLineIgnored: the last line starts with "# " and was left out.
	NoticeLastLineIgnored = "last_line_ignored"
	// NoticeContentIgnored: a document holds a table where none is read, in a text box or in a
	// file inside it.
	NoticeContentIgnored = "content_ignored"
	// NoticeEntryIgnored: an entry of an archive that is no document was left out.
	NoticeEntryIgnored = "entry_ignored"
)

// Text is a message in the two languages of the product.
type Text struct{ ZH, EN string }

// FileError says why a file, or an entry of an archive, cannot be read or not be
// read further. Rows yielded before it are what the file held up to there.
type FileError struct {
	Code   string // one of the Code constants
	File   string // as Table.File
	Detail Text   // for people; holds no cell text
	Err    error  // the cause, may be nil
}

// Error returns the English message with file and code.
func (e *FileError) Error() string {
	return e.File + ": " + e.Code + ": " + e.Detail.EN
}

// Unwrap returns the cause, so that a context's end can be recognised.
func (e *FileError) Unwrap() error { return e.Err }

// RowError is about one row; the next rows follow.
type RowError struct {
	Code   string // one of the Code constants for rows
	File   string // as Table.File
	Table  int    // as Table.Index
	Sheet  string // as Table.Sheet
	Row    int    // as Row.Number
	Column int    // 1-based, 0 when the whole row is meant
	Reject bool   // true when the row lost content and must not be loaded; false when it is only remarkable
	Detail Text   // for people; holds no cell text
}

// Error returns the English message with its place.
func (e *RowError) Error() string {
	return fmt.Sprintf("%s: table %d, row %d: %s: %s", e.File, e.Table, e.Row, e.Code, e.Detail.EN)
}

// Notice tells about something left out or repaired that is no error.
type Notice struct {
	Code   string // one of the Notice constants
	File   string // as Table.File
	Table  int    // as Table.Index, 0 when no table is meant
	Sheet  string // as Table.Sheet
	Row    int    // as Row.Number, 0 when no row is meant
	Detail Text   // for people
}

// fault is a FileError that does not yet know its file.
type fault struct {
	code string
	text Text
	err  error
}

func (f *fault) Error() string { return f.code + ": " + f.text.EN }
func (f *fault) Unwrap() error { return f.err }

func tooLarge(zh, en string, args ...any) error {
	return &fault{code: CodeTooLarge, text: Text{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}}
}

func unreadable(err error, zh, en string) error {
	return &fault{code: CodeUnreadable, text: Text{zh, en}, err: err}
}

// errStopped travels up when the consumer wants no more; it never leaves the package.
var errStopped = errors.New("consumer stopped")

// fileError gives err its file. Errors that no reader here named are damage.
func fileError(name string, err error) *FileError {
	var fe *FileError
	if errors.As(err, &fe) {
		return fe
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &FileError{Code: CodeTimeLimit, File: name, Err: err, Detail: Text{
			"读取时间超过上限或已取消，没有读完。请用办公软件另存为新文件，或拆成几个文件后再导入",
			"reading was stopped by its time limit or cancelled before the end; save the file anew in an office program, or split it, and load that",
		}}
	}
	var f *fault
	if errors.As(err, &f) {
		return &FileError{Code: f.code, File: name, Detail: f.text, Err: f.err}
	}
	return &FileError{Code: CodeUnreadable, File: name, Err: err, Detail: Text{
		"文件已损坏或不完整，请用办公软件打开后另存为新文件再导入",
		"the file is damaged or incomplete; open it in an office program, save it as a new file and load that",
	}}
}
