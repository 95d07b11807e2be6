package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestRecords(t *testing.T) {
	for _, tc := range []struct {
		name, data string
		want       [][]string
		numbers    []int
		errors     []string
	}{
		{name: "line ends of every system", data: "a,b\r\n1,2\n3,4\r\n", want: [][]string{{"a", "b"}, {"1", "2"}, {"3", "4"}}},
		{name: "line ends of old systems", data: "a,b\r1,2\r3,4", want: [][]string{{"a", "b"}, {"1", "2"}, {"3", "4"}}},
		{name: "no line end at the end", data: "a,b\n1,2", want: [][]string{{"a", "b"}, {"1", "2"}}},
		{name: "quotes, delimiters and line breaks inside cells", data: "a,b\n\"甲,\"\"乙\"\"\",\"一\r\n二\r三\"\n3,4\n", want: [][]string{{"a", "b"}, {"甲,\"乙\"", "一\n二\n三"}, {"3", "4"}}, numbers: []int{1, 2, 4}},
		{name: "quotes inside a cell that nobody doubled", data: "a,b\n说\"好\"的,\"他说\"好\"的\"\n", want: [][]string{{"a", "b"}, {"说\"好\"的", "他说\"好\"的"}}},
		{name: "spaces behind a closing quote", data: "a,b,c\n\"1\"  ,\"2\" ,\"3\"  \n", want: [][]string{{"a", "b", "c"}, {"1", "2", "3"}}},
		{name: "empty cells", data: "a,b,c\n\"\",,\"\"\n,,3\n1,,\n", want: [][]string{{"a", "b", "c"}, {"", "", "3"}, {"1"}}, numbers: []int{1, 3, 4}},
		{name: "empty lines", data: "\n\na,b\n\n1,2\n\n", want: [][]string{{"a", "b"}, {"1", "2"}}, numbers: []int{3, 5}},
		{name: "rows too short and too long are kept", data: "a,b,c\n1\n1,2,3,4\n1,2,3,\n", want: [][]string{{"a", "b", "c"}, {"1"}, {"1", "2", "3", "4"}, {"1", "2", "3"}}, errors: []string{CodeRowRagged, CodeRowRagged}},
		{name: "delimiters behind the heading are no columns", data: "a,b,,\n1,2\n1,2,,\n1,2,3\n", want: [][]string{{"a", "b"}, {"1", "2"}, {"1", "2"}, {"1", "2", "3"}}},
		{name: "title lines set no width", data: "清单\n日期：2026-03-05\na,b\n1,2\n", want: [][]string{{"清单"}, {"日期：2026-03-05"}, {"a", "b"}, {"1", "2"}}},
		{name: "semicolons", data: "a;b\n1,5;2\n", want: [][]string{{"a", "b"}, {"1,5", "2"}}},
		{name: "bars", data: "a|b\n1,5|2\n", want: [][]string{{"a", "b"}, {"1,5", "2"}}},
		{name: "tabs", data: "a\tb\n1,5,6\t\"2\t3\"\n7,8,9\t4\n", want: [][]string{{"a", "b"}, {"1,5,6", "2\t3"}, {"7,8,9", "4"}}},
		{name: "full-width commas where nothing else parts", data: "编号，单位\n1，\"医院，东区\"\n", want: [][]string{{"编号", "单位"}, {"1", "医院，东区"}}},
		{name: "full-width commas in a text", data: "内容\n一是，二是\n三是，四是，五是\n", want: [][]string{{"内容"}, {"一是，二是"}, {"三是，四是，五是"}}},
		{name: "control characters are dropped", data: "a,b\n1\x00\x01,\x1b[31m2\x0b\n", want: [][]string{{"a", "b"}, {"1", "[31m2"}}},
		{name: "a quote that nothing closes costs one row", data: "a,b\n\"1,2\n3,4\n5,6\n", want: [][]string{{"a", "b"}, {"1", "2"}, {"3", "4"}, {"5", "6"}}, errors: []string{CodeQuoteOpen}},
		{name: "quotes closed over several lines, then one that is not", data: "a,b\n\"1\n2\",3\n4,\"5\n6,7\n", want: [][]string{{"a", "b"}, {"1\n2", "3"}, {"4", "5"}, {"6", "7"}}, numbers: []int{1, 2, 4, 5}, errors: []string{CodeQuoteOpen}},
		{name: "a plain cell behind a quoted line break", data: "a,b,c\n\"1\n2\",3,4\n5,6,7\n", want: [][]string{{"a", "b", "c"}, {"1\n2", "3", "4"}, {"5", "6", "7"}}},
		{name: "a delimiter at the very end", data: "a,b\n\"1\n2\",", want: [][]string{{"a", "b"}, {"1\n2"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := read(t, "a.csv", []byte(tc.data), Options{})
			if len(g.Tables) != 1 {
				t.Fatalf("got %+v", g)
			}
			diff(t, "rows", g.Tables[0].Rows, tc.want)
			diff(t, "errors", g.Tables[0].Errors, tc.errors)
			if tc.numbers != nil {
				diff(t, "numbers", g.Tables[0].Numbers, tc.numbers)
			}
		})
	}
}

// The first line of a file may say which delimiter it has; spreadsheet programs read it so.
func TestALineThatNamesTheDelimiter(t *testing.T) {
	for data, want := range map[string][][]string{
		"sep=;\r\n编号;内容\r\n1;多收,1,5元\r\n":  {{"编号", "内容"}, {"1", "多收,1,5元"}},
		"\"SEP=|\"\n编号|内容\n1|a,b\n":        {{"编号", "内容"}, {"1", "a,b"}},
		"\ufeffsep=\t\n编号\t内容\n1\ta;b,c\n": {{"编号", "内容"}, {"1", "a;b,c"}},
		"sep=,": nil,
	} {
		g := read(t, "a.csv", []byte(data), Options{})
		var got [][]string
		for _, table := range g.Tables {
			got = append(got, table.Rows...)
			if len(table.Errors) > 0 && want != nil {
				t.Errorf("%q: %v", data, table.Errors)
			}
		}
		diff(t, data, got, want)
	}
}

func TestEncodings(t *testing.T) {
	text := "编号,单位,内容\n1,市第一人民医院,镕基㐂𠮷\n" + strings.Repeat("2,卫生监督所,收费不规范\n", 20)
	encode := func(s string, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	gb := encode(simplifiedchinese.GB18030.NewEncoder().String(text))
	little := encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text))
	big := encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(text))
	ascii := strings.Repeat("1,hospital,text\n", 20_000)
	for _, tc := range []struct {
		name, data, encoding string
		last                 string
		notices              []string
	}{
		{name: "UTF-8", data: text},
		{name: "UTF-8 with a mark", data: "\uFEFF" + text},
		{name: "GB18030", data: gb},
		{name: "GB18030 behind much ASCII", data: ascii + gb},
		{name: "UTF-8 behind much ASCII", data: ascii + text},
		{name: "UTF-16 little endian with a mark", data: "\xFF\xFE" + little},
		{name: "UTF-16 big endian with a mark", data: "\xFE\xFF" + big},
		{name: "UTF-16 little endian without a mark", data: little},
		{name: "UTF-16 big endian without a mark", data: big},
		{name: "the encoding is given", data: gb, encoding: "GBK"},
		{name: "the encoding is given for UTF-16", data: big, encoding: "utf-16be"},
		{name: "a UTF-8 file with a broken character", data: text + "3,\xE5\x8D,坏\n", last: "3,\uFFFD,坏", notices: []string{NoticeTextRepaired}},
		{name: "a Western file", data: "a,b\n1,caf\xE9 \xA9\n", last: "1,café ©", notices: []string{NoticeEncodingGuessed}},
		{name: "a wrong encoding is given", data: gb[:12] + ",\n", encoding: "utf-8", last: "\uFFFD\uFFFD\uFFFD\uFFFD,\uFFFD\uFFFD\uFFFD\uFFFD", notices: []string{NoticeTextRepaired}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := read(t, "a.csv", []byte(tc.data), Options{Encoding: tc.encoding})
			if len(g.Tables) != 1 {
				t.Fatalf("got %+v", g)
			}
			got := g.Tables[0].Rows
			last := strings.Join(got[len(got)-1], ",")
			if tc.last == "" {
				tc.last = "2,卫生监督所,收费不规范"
			}
			if tc.name != "a wrong encoding is given" && last != tc.last {
				t.Errorf("the last row is %q; want %q", last, tc.last)
			}
			diff(t, "notices", g.Notices, tc.notices)
		})
	}
	diff(t, "an unknown encoding", read(t, "a.csv", []byte(text), Options{Encoding: "klingon"}).Errors, []string{CodeEncodingUnknown})
}

// Whatever the size of the pieces in which a file arrives, its rows are the same.
func TestPiecesDoNotMatter(t *testing.T) {
	var b strings.Builder
	b.WriteString("编号,内容,备注\n")
	for i := range 3000 {
		b.WriteString(itoa(i) + ",\"第" + itoa(i) + "条,\"\"引\"\"\n" + strings.Repeat("长", i%700) + "\",末\r\n")
	}
	data := []byte(b.String())
	got := rows(t, "a.csv", data)
	if len(got) != 3001 {
		t.Fatalf("got %d rows", len(got))
	}
	for i, row := range got[1:] {
		want := []string{itoa(i), "第" + itoa(i) + "条,\"引\"\n" + strings.Repeat("长", i%700), "末"}
		if !slices.Equal(row, want) {
			t.Fatalf("row %d is %.60q", i, row)
		}
	}
}

func TestALongQuotedCellAndAnOpenQuoteInALargeFile(t *testing.T) {
	long := "a,b\n1,\"" + strings.Repeat("长\n", 40_000) + "\"\n2,x\n"
	g := read(t, "a.csv", []byte(long), Options{})
	diff(t, "errors", g.Tables[0].Errors, []string{CodeCellTooLarge})
	diff(t, "rows", len(g.Tables[0].Rows), 3)

	open := "a,b\n1,\"x\n" + strings.Repeat("2,\"y\"\n", 300_000)
	g = read(t, "a.csv", []byte(open), Options{})
	diff(t, "errors of an open quote", g.Tables[0].Errors, []string{CodeQuoteOpen})
	diff(t, "rows beside an open quote", len(g.Tables[0].Rows), 300_002)

	hopeless := "a,b\n" + strings.Repeat("\"x,1\n", 400_000)
	start := time.Now()
	g = read(t, "a.csv", []byte(hopeless), Options{})
	if last := g.Tables[0].Errors; last[len(last)-1] != CodeUnreadable || time.Since(start) > 5*time.Second {
		t.Errorf("a file of open quotes ended with %s after %v", last[len(last)-1], time.Since(start))
	}
}

// A file is read in memory that does not grow with it.
func TestMemoryStaysFlat(t *testing.T) {
	line := "TS-2026-0000001,市第一人民医院,2026-03-05,反映门诊收费窗口排队时间长且解释不清\n"
	long := &repeated{line: line, size: int64(len(line)) * 700_000} // 70 MB
	sheet := zipOf(t, bookParts(strings.Repeat(`<row><c t="inlineStr"><is><t>反映门诊收费窗口排队时间长</t></is></c><c><v>1</v></c></row>`, 60_000)))
	document := docxOf(t, "", tbl(strings.Repeat(tr(tc("1"), tc("反映门诊收费窗口排队时间长")), 30_000)))
	// The notice's form at length: lines around it, heads on every page, cells of several
	// paragraphs, numbered lists, merged rows, tracked changes, tables within cells.
	point := tr(tc("1")+tc("采购验收与付款由一人经办")+`<w:tc>`+para("1.集体研究")+para("2.公开招标")+para("3.定期轮岗")+`</w:tc>`+tc("查阅会议记录")+`<w:tc><w:p><w:r><w:t>重要</w:t></w:r><w:del><w:r><w:delText>一般</w:delText></w:r></w:del></w:p></w:tc>`+`<w:tc>`+tbl(tr(tc("李四"))+tr(tc("王五")))+para("")+`</w:tc>`) +
		tr(`<w:tc><w:tcPr><w:vMerge/></w:tcPr>`+para("")+`</w:tc>`+tc("续")+tc("4.公示")+tc("实地走访")+tc("")+tc(""))
	page := para("填表处室（单位）：市第一医院　日期：2026年3月5日") + tbl(tr(tc("序号")+tc("廉洁风险点描述")+tc("防控措施")+tc("监督检查路径")+tc("风险等级")+tc("相关责任人"))+strings.Repeat(point, 100)) + para("处室（单位）主要负责人签字：孙二")
	form := docxOf(t, "", strings.Repeat(page, 100))
	limits := Limits{Ratio: 10_000}
	for name, file := range map[string]struct {
		r    io.ReaderAt
		size int64
		rows int
	}{
		"csv":  {long, long.size, 700_000},
		"xlsx": {bytes.NewReader(sheet), int64(len(sheet)), 60_000},
		"docx": {bytes.NewReader(document), int64(len(document)), 30_000},
		"form": {bytes.NewReader(form), int64(len(form)), 20_100},
	} {
		before, peak, n := heap(), uint64(0), 0
		for table, err := range Open(t.Context(), name, file.r, file.size, Options{Limits: limits}) {
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range table.Rows {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n%(file.rows/5) == 0 {
					peak = max(peak, heap())
				}
			}
		}
		if n != file.rows || peak > before+8<<20 {
			t.Errorf("%s: %d rows took %d MB", name, n, (peak-before)>>20)
		}
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

type repeated struct {
	line string
	size int64
}

func (r *repeated) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) && off < r.size {
		m := copy(p[n:], r.line[off%int64(len(r.line)):])
		n, off = n+m, off+int64(m)
	}
	if n < len(p) {
		return n, errors.New("read past the end")
	}
	return n, nil
}

func TestObjects(t *testing.T) {
	for _, tc := range []struct {
		name, data, format string
		want               [][]string
		notices            []string
	}{
		{name: "an array", data: `[{"编号":"1","单位":"医院"},{"单位":"中心","编号":"2"}]`, format: "json", want: [][]string{{"编号", "单位"}, {"1", "医院"}, {"2", "中心"}}},
		{name: "lines", data: "{\"a\":1,\"b\":true}\n\n{\"b\":null,\"a\":\"x\"}\n", format: "jsonl", want: [][]string{{"a", "b"}, {"1", "true"}, {"x"}}},
		{name: "the member items", data: `{"total":2,"items":[{"a":1},{"a":2}],"next":{"x":[1]}}`, format: "json", want: [][]string{{"a"}, {"1"}, {"2"}}},
		{name: "a line whose item is no list", data: `{"items":"x","b":2}`, format: "jsonl", want: [][]string{{"items", "b"}, {"x", "2"}}},
		{name: "keys of later objects", data: `[{"a":1},{"b":2,"a":3}]`, format: "json", want: [][]string{{"a", "b"}, {"1"}, {"3", "2"}}},
		{name: "numbers keep their digits", data: `[{"a":123456789012345678,"b":1.5e3,"c":-0.10}]`, format: "json", want: [][]string{{"a", "b", "c"}, {"123456789012345678", "1500", "-0.10"}}},
		{name: "lists are lines, objects stay JSON", data: `[{"措施":["甲","乙",3],"d":{"x": [1, 2]},"e":[{"y":1}],"f":[]}]`, format: "json", want: [][]string{{"措施", "d", "e", "f"}, {"甲\n乙\n3", `{"x":[1,2]}`, `[{"y":1}]`}}},
		{name: "line breaks and control characters", data: `[{"a":"一\r\n二\u0000\u001b"}]`, format: "json", want: [][]string{{"a"}, {"一\n二"}}},
		{name: "a byte-order mark", data: "\uFEFF[{\"a\":1}]", format: "json", want: [][]string{{"a"}, {"1"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := read(t, "f", []byte(tc.data), Options{})
			if len(g.Tables) != 1 || len(g.Tables[0].Errors) > 0 {
				t.Fatalf("got %+v", g)
			}
			diff(t, "format", g.Tables[0].Name, "f|"+tc.format)
			diff(t, "rows", g.Tables[0].Rows, tc.want)
			diff(t, "notices", g.Notices, tc.notices)
		})
	}

	var late strings.Builder
	for range jsonAhead + 1 {
		late.WriteString("{\"a\":1}\n")
	}
	g := read(t, "f", []byte(late.String()+"{\"a\":2,\"late\":3}\n{\"late\":4,\"a\":5}\n"), Options{})
	diff(t, "a key that comes too late", g.Notices, []string{NoticeKeyUnknown})
	g = read(t, "f", []byte(late.String()+"{\"a\":2"), Options{})
	diff(t, "lines cut short", g.Tables[0].Errors, []string{CodeUnreadable})
	diff(t, "rows before", len(g.Tables[0].Rows), jsonAhead+2)
	g = read(t, "f", []byte(`[{"a":"`+strings.Repeat("x", 2*jsonObject)+`"}]`), Options{})
	diff(t, "an object that is too large", g.Errors, []string{CodeTooLarge})
}

// messy is the folder of files that break readers; it lies beside the
// repository and may be missing.
const messy = "../../../shared/data/messy"

// The expected records are those that come with the files.
func TestCSVSpectrum(t *testing.T) {
	want := map[string]string{
		"empty_crlf":     `[["a","b","c"],["1"],["2","3","4"]]`,
		"escaped_quotes": `[["a","b"],["1","ha \"ha\" ha"],["3","4"]]`,
		"json":           `[["key","val"],["1","{\"type\": \"Point\", \"coordinates\": [102.0, 0.5]}"]]`,
		"newlines":       `[["a","b","c"],["1","2","3"],["Once upon \na time","5","6"],["7","8","9"]]`,
		"simple":         `[["a","b","c"],["1","2","3"]]`,
		"simple_crlf":    `[["a","b","c"],["1","2","3"]]`,
	}
	for name, expected := range want {
		data, err := os.ReadFile(filepath.Join(messy, "csv", "spectrum_"+name+".csv"))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var records [][]string
		if err := json.Unmarshal([]byte(expected), &records); err != nil {
			t.Fatal(err)
		}
		diff(t, name, rows(t, name, bytes.Clone(data)), records)
	}
}

// TestTextsAreTakenForTheirEncoding: some Chinese words in GB18030 are sound UTF-8 as well, whole
// lines are not; and a text in UTF-8 stays one with a few broken bytes, however short it is.
func TestTextsAreTakenForTheirEncoding(t *testing.T) {
	for _, text := range []string{"编号,单位,日期,内容\n1,联通,2026-03-05,窗口多收费\n", "单位,日期\n市第一医院,2026年3月5日\n", "编号，联通\n", "廉洁风险点描述\n采购未经集体讨论\n", "问题,处理\n药品回扣,约谈\n"} {
		gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.IndexFunc(gb, func(r rune) bool { return r >= 0x80 })
		if got := guessEncoding(gb[at:]); got != encodingGB {
			t.Errorf("%q in GB18030 is taken for %d", text, got)
		}
		broken := append([]byte(text), "\xff\xfe"...)
		at = bytes.IndexFunc(broken, func(r rune) bool { return r >= 0x80 })
		if utf8.RuneCountInString(text) > 15 {
			if got := guessEncoding(broken[at:]); got != encodingUTF8 {
				t.Errorf("%q with two broken bytes is taken for %d", text, got)
			}
		}
	}
}
