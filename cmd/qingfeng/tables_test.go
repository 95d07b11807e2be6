package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/dashboards/export"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// A file of query has a column for every field of the JSON, those of records within a record too.
func TestAFileHasTheFieldsOfTheJSON(t *testing.T) {
	for name, items := range map[string]any{
		"leaders":    []obligation.LeaderRow{{Leader: "李", Owing: obligation.Owing{Overdue: 7, Behind: 8, PressingItems: 9}}},
		"unit-board": []obligation.UnitRow{{Unit: "13", Owing: obligation.Owing{Overdue: 7, Behind: 8, PressingItems: 9}}},
		"blindspots": []metrics.BlindSpot{{BlindCell: metrics.BlindCell{Unit: "13"}}},
		"outlook":    []obligation.OutlookRow{{Unit: "13"}},
		"overdue":    []obligation.Item{{Unit: "13"}},
	} {
		table, err := itemsTable(name, reflect.ValueOf(items))
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(items)
		if err != nil {
			t.Fatal(err)
		}
		var records []map[string]any
		if err := json.Unmarshal(text, &records); err != nil {
			t.Fatal(err)
		}
		heads := slices.Sorted(func(yield func(string) bool) {
			for _, c := range table.Columns {
				if !yield(c.Head) {
					return
				}
			}
		})
		if diff := cmp.Diff(slices.Sorted(maps.Keys(records[0])), heads); diff != "" {
			t.Errorf("%s: columns (-JSON +file):\n%s", name, diff)
		}
		at := func(head string) int {
			return slices.IndexFunc(table.Columns, func(c export.Column) bool { return c.Head == head })
		}
		for row := range table.Rows {
			if i := at("pressing_items"); i >= 0 && (fmt.Sprint(row[i]) != "9" || fmt.Sprint(row[at("behind")]) != "8") {
				t.Errorf("%s: %v", name, row)
			}
		}
	}
}
