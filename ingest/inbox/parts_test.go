package inbox

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"qingfeng/ingest"
)

const listHead = "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级\n"

func listPart(no, text, grade string) string {
	return listHead + "13,2026-03-05," + no + "," + text + ",双人复核,查阅会议记录," + grade + "\n"
}

func (d *desk) number(query string) (n int64) {
	d.t.Helper()
	if err := d.store.Read().QueryRow(d.t.Context(), query).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

func TestFormsThatLieTogetherAreOneListAsInOneCommand(t *testing.T) {
	d := newDesk(t)
	points := func() int64 {
		t.Helper()
		return d.number("SELECT toInt64(sum(sign * points)) FROM lists WHERE unit = '13' AND replaced = 0")
	}
	d.put("risks/zhang.csv", listPart("1", "采购由一人办理缺少复核", "一般"))
	d.scan()
	d.now = d.now.Add(8 * time.Second)
	d.put("risks/li.csv", listPart("2", "公章使用没有登记备查", "高")+strings.TrimPrefix(listPart("3", "公务接待超出规定标准", "一般"), listHead))
	d.put("risks/broken.docx", "PK\x03\x04\x14\x00")
	d.scan()
	d.now = d.now.Add(3 * time.Second)
	d.scan() // the first stands still by now, and waits for the others
	if n := d.number("SELECT toInt64(count()) FROM lists"); n != 0 {
		t.Fatalf("%d lists before all files stand still", n)
	}
	d.settle()
	if got := points(); got != 2 {
		t.Errorf("the list of two forms has %d points, want 2", got)
	}
	if n := d.number("SELECT toInt64(uniqExact(list_id)) FROM lists"); n != 1 {
		t.Errorf("%d versions; one form replaced the other", n)
	}
	d.want("risks/done/zhang.csv", "risks/done/zhang.csv.report.json", "risks/done/zhang.csv.report.txt",
		"risks/done/li.csv", "risks/done/li.csv.report.json", "risks/done/li.csv.report.txt", "risks/done/li.csv.rejects.xlsx",
		"risks/failed/broken.docx", "risks/failed/broken.docx.report.json", "risks/failed/broken.docx.report.txt")
	if text := d.read("risks/done/li.csv.report.txt"); !strings.Contains(text, "grade_invalid") || strings.Contains(d.read("risks/done/zhang.csv.report.txt"), "grade_invalid") {
		t.Errorf("reports tell of other files:\n%s", text)
	}
	if text := d.read("risks/failed/broken.docx.report.txt"); strings.Contains(text, "批次") {
		t.Errorf("a file that was not read names a batch:\n%s", text)
	}
}

func TestAFileThatIsAlwaysWrittenToDoesNotKeepOthersWaiting(t *testing.T) {
	d := newDesk(t)
	d.put("risks/a.csv", listPart("1", "采购由一人办理缺少复核", "一般"))
	for range 9 {
		d.put("risks/growing.csv", listPart("2", "公章使用没有登记备查", "一般")+strings.Repeat(" ", int(d.now.Unix()%1000)))
		d.scan()
		d.now = d.now.Add(8 * time.Second)
	}
	if n := d.number("SELECT toInt64(count()) FROM lists"); n != 1 {
		t.Errorf("%d lists after more than a minute, want that of the file that stands still", n)
	}
	d.want("risks/growing.csv", "risks/done/a.csv", "risks/done/a.csv.report.json", "risks/done/a.csv.report.txt")
}

func TestListsAreTakenOneByOneWhereTheyCannotBeLoadedTogether(t *testing.T) {
	d := newDesk(t)
	var asked []int
	d.load = func(ctx context.Context, r ingest.Request) (ingest.Report, error) {
		asked = append(asked, len(r.Files))
		if len(r.Files) > 1 {
			return ingest.Report{}, errors.New("together it fails")
		}
		return d.loader.Load(ctx, r)
	}
	d.put("risks/a.csv", listPart("1", "采购由一人办理缺少复核", "一般"))
	d.put("risks/b.csv", strings.ReplaceAll(listPart("1", "公章使用没有登记备查", "一般"), "13,", "00,"))
	d.settle()
	if len(asked) != 3 || asked[0] != 2 {
		t.Errorf("loads of %v files, want 2, 1, 1", asked)
	}
	if n := d.number("SELECT toInt64(uniqExact(unit)) FROM lists"); n != 2 {
		t.Errorf("%d lists, want 2", n)
	}
}
