package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingfeng/dashboards"
)

func TestAServerTellsItsAdministratorHowItDoes(t *testing.T) {
	s := newShell(t)
	s.city()
	years := s.file("workdays.csv", "date,kind,name", "2027-01-01,off,元旦", "2027-02-06,work,调休上班")
	config := filepath.Join(t.TempDir(), "qingfeng.toml")
	if err := os.WriteFile(config, []byte("workdays = "+quoted(years)+"\n[mail]\npassword = \"hunter2\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	base := s.serving("--config", config)
	res, err := http.Get(base + "/api/v1/admin")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var got struct {
		Check    []dashboards.Finding
		Settings []dashboards.Setting
		Storage  []dashboards.TableSize
		Workdays []dashboards.WorkYear
	}
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for _, f := range got.Check { // a task that is just running is fine
		if !f.OK {
			t.Errorf("self-check: %+v", f)
		}
	}
	rows := map[string]uint64{}
	for _, x := range got.Storage {
		rows[x.Table] = x.Rows
	}
	if rows["risks"] == 0 || rows["batches"] == 0 {
		t.Errorf("storage: %v", rows)
	}
	for _, x := range got.Settings {
		if strings.Contains(x.Value, "hunter2") {
			t.Errorf("the setting %s tells a password", x.Name)
		}
	}
	for _, y := range got.Workdays {
		// 261 weekdays of 2027, less New Year's Day, and one Saturday on which people work.
		if y.Year == 2027 && (!y.Arranged || y.Workdays != 261) {
			t.Errorf("the file of working days does not count: %+v", y)
		}
	}
	if _, said := s.want(1, "query", "overdue", "--config", s.file("broken.toml", `workdays = "missing.csv"`)); !strings.Contains(said, "workdays") {
		t.Errorf("a missing table of holidays: %s", said)
	}
}

// quoted writes a path as a string of the configuration file.
func quoted(path string) string { return `"` + filepath.ToSlash(path) + `"` }
