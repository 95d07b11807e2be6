package ingest

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

// benchRows is how many complaints the file of the benchmarks has.
const benchRows = 200_000

// manyComplaints is a file as a call centre exports it, about 170 bytes a row; series
// makes the numbers of one file differ from those of another.
func manyComplaints(rows, series int) []byte {
	texts := []string{
		"患者家属反映门诊收费窗口多收检查费，要求退还并说明收费依据，望尽快核实处理。",
		"来电人称在住院部等候床位三天无人答复，医生护士相互推诿，态度生硬，请有关部门核查。",
		"反映该院设备采购过程不公开，中标公司与科室负责人往来密切，希望调查招标文件和会议记录。",
		"咨询电话 13812345678 一直无人接听，预约挂号系统显示有号但到院后被告知停诊，排队时间过长。",
		"投诉食堂饭菜价格上涨、卫生状况差，多次反映没有改进，希望医院公布采购价格。",
	}
	var b bytes.Buffer
	b.WriteString("编号,单位,日期,内容,渠道,类别,状态,办结日期\n")
	for i := range rows {
		unit, category, status, closed := "市第一医院", "", "在办", ""
		if i%3 == 0 {
			unit = "市第二医院"
		}
		if i%4 == 0 {
			category = "岗位"
		}
		if i%2 == 0 {
			status, closed = "办结", "2026-06-30"
		}
		fmt.Fprintf(&b, "T%d-%07d,%s,2026-%02d-%02d,%s（第%d件）,热线,%s,%s,%s\n", series, i, unit, i%6+1, i%28+1, texts[i%len(texts)], i, category, status, closed)
	}
	return b.Bytes()
}

func benchLoader(b *testing.B) (*Loader, *store.Store) {
	s := storetest.New(b)
	l, err := New(Config{Store: s, Log: slog.New(slog.DiscardHandler), Lock: store.LoadLock(b.TempDir()),
		Now: func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, integrity.Shanghai) }})
	if err != nil {
		b.Fatal(err)
	}
	units := csvOf("单位编码|单位名称|上级编码", "00|临澄市卫生健康委员会|", "13|市第一医院|00", "14|市第二医院|00")
	if _, err := l.Load(b.Context(), Request{Kind: KindUnits, Files: []Source{source("units.csv", units)}}); err != nil {
		b.Fatal(err)
	}
	return l, s
}

// BenchmarkLoadComplaints loads new files of 200,000 complaints, one after another:
// parsed, checked, masked, classified, looked up and stored.
func BenchmarkLoadComplaints(b *testing.B) {
	l, _ := benchLoader(b)
	rows := 0
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		data := manyComplaints(benchRows, i)
		b.StartTimer()
		rep, err := l.Load(b.Context(), Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", data)}})
		if err != nil || rep.Totals.Added != benchRows {
			b.Fatalf("%+v, %v", rep.Totals, err)
		}
		rows += benchRows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkReloadComplaints loads the same rows in another order: all unchanged.
func BenchmarkReloadComplaints(b *testing.B) {
	l, _ := benchLoader(b)
	data := manyComplaints(benchRows, 0)
	if _, err := l.Load(b.Context(), Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", data)}}); err != nil {
		b.Fatal(err)
	}
	rows := 0
	for i := 0; b.Loop(); i++ {
		other := append(bytes.Clone(data), bytes.Repeat([]byte("\n"), i+1)...) // another file to the loader
		rep, err := l.Load(b.Context(), Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("b.csv", other)}})
		if err != nil || rep.Totals.Unchanged != benchRows {
			b.Fatalf("%+v, %v", rep.Totals, err)
		}
		rows += benchRows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkEngineCSV is what the loader is held against: the engine's own insert of the
// same file over HTTP, which parses and nothing else.
func BenchmarkEngineCSV(b *testing.B) {
	s := storetest.New(b)
	endpoint := storetest.Engine(b)
	if err := s.Write().Exec(b.Context(), "CREATE TABLE bare (`编号` String, `单位` LowCardinality(String), `日期` Date32, `内容` String, `渠道` LowCardinality(String), `类别` LowCardinality(String), `状态` LowCardinality(String), `办结日期` String) ENGINE = MergeTree ORDER BY `编号`"); err != nil {
		b.Fatal(err)
	}
	rows := 0
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		data := manyComplaints(benchRows, i)
		b.StartTimer()
		address := url.URL{Scheme: "http", Host: endpoint.Addr, RawQuery: url.Values{"database": {s.Database()}, "query": {"INSERT INTO bare FORMAT CSVWithNames"}, "async_insert": {"0"}}.Encode()}
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, address.String(), bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		req.SetBasicAuth(endpoint.Writer.User, endpoint.Writer.Password)
		for name, value := range endpoint.Headers() {
			req.Header.Set(name, value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			b.Fatalf("%s %s, %v", res.Status, text, err)
		}
		rows += benchRows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
