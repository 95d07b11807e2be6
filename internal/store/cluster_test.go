package store_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/store"
)

func TestAMigrationOnAClusterIsATableOfEachShardAndOneOverThem(t *testing.T) {
	const create = "-- One row per check.\nCREATE TABLE IF NOT EXISTS checks (\n    id UInt64\n) ENGINE = MergeTree\nORDER BY id\nSETTINGS non_replicated_deduplication_window = 1000\n"
	const over = "CREATE OR REPLACE TABLE checks AS checks_local ENGINE = Distributed('clinic', 'qingfeng', 'checks_local', cityHash64(id))"
	for _, tc := range []struct {
		name, text string
		replicated bool
		want       []string // nil = refused
	}{
		{"a table is made and one over it, which spreads the rows by their identity", create, false, []string{
			"-- One row per check.\nCREATE TABLE IF NOT EXISTS checks_local (\n    id UInt64\n) ENGINE = MergeTree\nORDER BY id\nSETTINGS non_replicated_deduplication_window = 1000\n", over}},
		{"where shards have replicas the table is replicated and Keeper keeps its tokens for a week", create, true, []string{
			"-- One row per check.\nCREATE TABLE IF NOT EXISTS checks_local (\n    id UInt64\n) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/qingfeng/checks_local', '{replica}')\nORDER BY id\nSETTINGS replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800\n", over}},
		{"a small table stands on the first shard", "CREATE TABLE IF NOT EXISTS flags (\n    item String\n) ENGINE = MergeTree\nORDER BY item\n", false, []string{
			"CREATE TABLE IF NOT EXISTS flags_local (\n    item String\n) ENGINE = MergeTree\nORDER BY item\n",
			"CREATE OR REPLACE TABLE flags AS flags_local ENGINE = Distributed('clinic', 'qingfeng', 'flags_local', 0)"}},
		{"a column is added to the table of the shard, and the one over it is made anew", "-- More.\nALTER TABLE checks\n    ADD COLUMN IF NOT EXISTS x UInt8\n", false, []string{
			"-- More.\nALTER TABLE checks_local ADD COLUMN IF NOT EXISTS x UInt8\n", over}},
		{"a setting has another name on replicated tables", "ALTER TABLE flags MODIFY SETTING non_replicated_deduplication_window = 10000\n", true, []string{
			"ALTER TABLE flags_local MODIFY SETTING replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800\n",
			"CREATE OR REPLACE TABLE flags AS flags_local ENGINE = Distributed('clinic', 'qingfeng', 'flags_local', 0)"}},
		{"what is neither is refused rather than run on one node", "CREATE VIEW v AS SELECT 1", false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := store.ClusterStatements(tc.text, tc.replicated)
			if (err == nil) != (tc.want != nil) {
				t.Fatalf("ClusterStatements() = %v", err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryMigrationCanBeRunOnACluster(t *testing.T) {
	files, err := store.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, replicated := range []bool{false, true} {
			got, err := store.ClusterStatements(string(text), replicated)
			if err != nil || len(got) != 2 {
				t.Errorf("%s: %q, %v", name, got, err)
			}
			for _, plain := range []string{"ENGINE = MergeTree", "non_replicated_deduplication_window"} {
				if replicated && strings.Contains(got[0], plain) {
					t.Errorf("%s on replicas still says %s:\n%s", name, plain, got[0])
				}
			}
		}
	}
}
