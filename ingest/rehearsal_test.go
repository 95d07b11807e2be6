package ingest

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"qingfeng/internal/integrity"
)

// TestADryRunOfALongFileSaysWhatTheLoadWill: numbers that come again after more rows than a dry run
// holds were counted as added once more.
func TestADryRunOfALongFileSaysWhatTheLoadWill(t *testing.T) {
	b := newBench(t)
	b.city()
	lines := []string{"编号|单位|日期|内容|状态"}
	const rows = rehearsedRows + chunkRows
	for i := range rows {
		lines = append(lines, fmt.Sprintf("L%d|13|2026-03-05|窗口多收费 %d|在办", i, i))
	}
	for _, i := range []int{3, rehearsedRows - 1, rehearsedRows, rehearsedRows + 5, rows - 1} {
		lines = append(lines, fmt.Sprintf("L%d|13|2026-03-05|窗口多收费 %d|办结", i, i)) // a correction below
	}
	lines = append(lines, "L70000|13|2026-03-05|窗口多收费 70000|在办", fmt.Sprintf("L%d|14|2026-03-05|窗口多收费|办结", rehearsedRows+5))
	for range chunkRows { // the last ones come in a chunk of their own
		lines = append(lines, "Z|13|2026-03-05|排队|在办")
	}
	lines = append(lines, fmt.Sprintf("L%d|14|2026-03-05|窗口多收费|在办", rehearsedRows+5))
	data := csvOf(lines...)
	request := func(dry bool) FileReport {
		return b.request(Request{Kind: KindComplaints, MayMove: true, DryRun: dry, Files: []Source{source("long.csv", data)}}).Files[0]
	}
	dry, load := request(true), request(false)
	if dry.Counts != load.Counts {
		t.Errorf("a dry run says %+v, the load %+v", dry.Counts, load.Counts)
	}
	if !slices.Equal(dry.Warnings, load.Warnings) {
		t.Errorf("a dry run warns of %+v, the load of %+v", dry.Warnings, load.Warnings)
	}
	if want := (Counts{Read: rows + chunkRows + 8, Added: rows + 1, Changed: 6, Unchanged: chunkRows + 1}); load.Counts != want {
		t.Errorf("%+v, want %+v", load.Counts, want)
	}
}

// TestADryRunRemembersEveryRowInBoundedMemory holds what it recalls to what it was given.
func TestADryRunRemembersEveryRowInBoundedMemory(t *testing.T) {
	r := &rehearsal{}
	row := func(key uint64, version string) *signalRow {
		return &signalRow{rowHead: rowHead{Given: key, Ver: key + 1}, ID: key, Number: fmt.Sprint(key), Text: "第一行\n" + version, OccurredOn: integrity.Day(key%40_000) - 10_000,
			Severity: uint8(key), RiskIDs: slices.Repeat([]uint64{key}, int(1+key%3)), Person: ^key}
	}
	const rows = 3*rehearsedRows + 7
	for key := range uint64(rows) {
		if err := remember(r, key, row(key, "先")); err != nil {
			t.Fatal(err)
		}
	}
	for key := uint64(0); key < rows; key += 1000 {
		if err := remember(r, key, row(key, "后")); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.rows) != rehearsedRows || len(r.pending) > rehearsedPart {
		t.Errorf("%d rows and %d bytes are held", len(r.rows), len(r.pending))
	}
	for key := range uint64(rows) {
		if key%97 != 0 && key%1000 != 0 && key < rows-20 {
			continue
		}
		version := "先"
		if key%1000 == 0 {
			version = "后"
		}
		got, err := recall[signalRow](r, key)
		if err != nil || got == nil {
			t.Fatalf("row %d: %v, %v", key, got, err)
		}
		if want := row(key, version); !reflect.DeepEqual(want, got) {
			t.Fatalf("row %d: %+v, want %+v", key, got, want)
		}
	}
	if got, err := recall[signalRow](r, rows+1); err != nil || got != nil {
		t.Errorf("a row that nobody brought: %+v, %v", got, err)
	}
	name := r.file.Name()
	if err := r.close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(name); !os.IsNotExist(err) {
		t.Errorf("the file of rows stays: %v", err)
	}
}

// TestEveryRowThatADryRunRemembersComesBackWhole goes through all kinds of rows, field by field.
func TestEveryRowThatADryRunRemembersComesBackWhole(t *testing.T) {
	comesBack(t, signalRow{})
	comesBack(t, checkRow{})
	comesBack(t, unitRow{})
	comesBack(t, ledgerRow{})
	comesBack(t, riskRow{})
}

func comesBack[T any](t *testing.T, row T) {
	t.Helper()
	v := reflect.ValueOf(&row).Elem()
	for i, f := range fieldsOf[T]() {
		switch of := v.FieldByIndex(f.Index); of.Kind() {
		case reflect.String:
			of.SetString(fmt.Sprint("文", i))
		case reflect.Bool:
			of.SetBool(true)
		case reflect.Float32, reflect.Float64:
			of.SetFloat(0.5)
		case reflect.Slice:
			list := reflect.MakeSlice(of.Type(), 2, 2)
			if list.Index(0).Kind() == reflect.String {
				list.Index(1).SetString("末")
			} else {
				list.Index(1).SetUint(1 << 63)
			}
			of.Set(list)
		default:
			if of.CanInt() {
				of.SetInt(int64(-i))
			} else {
				of.SetUint(uint64(i))
			}
		}
	}
	r := &rehearsal{}
	for key := range uint64(rehearsedRows) { // so that the next lies in the file
		if err := remember(r, key, new(T)); err != nil {
			t.Fatal(err)
		}
	}
	if err := remember(r, rehearsedRows, &row); err != nil {
		t.Fatal(err)
	}
	got, err := recall[T](r, rehearsedRows)
	if err != nil || got == nil {
		t.Fatalf("%v, %v", got, err)
	}
	if !reflect.DeepEqual(row, *got) {
		t.Errorf("%+v, want %+v", *got, row)
	}
	if err := r.close(); err != nil {
		t.Error(err)
	}
}
