package storetest_test

import (
	"testing"

	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestEachTestHasAMigratedDatabaseOfItsOwn(t *testing.T) {
	a, b := storetest.New(t), storetest.New(t)
	if a.Database() == b.Database() {
		t.Errorf("two databases are both called %s", a.Database())
	}
	pending, err := a.Unapplied(t.Context())
	if err != nil || len(pending) > 0 {
		t.Errorf("Unapplied() = %v, %v; want none", pending, err)
	}
}

func TestACopyOfATemplateIsATestsOwn(t *testing.T) {
	filled := 0
	template := storetest.Template{Fill: func(t testing.TB, s *store.Store) {
		filled++
		if err := s.Write().Exec(t.Context(), "INSERT INTO rejects (batch_no, file) VALUES (1, 'a.csv')"); err != nil {
			t.Fatal(err)
		}
	}}
	count := func(s *store.Store) (n uint64) {
		t.Helper()
		if err := s.Write().QueryRow(t.Context(), "SELECT count() FROM rejects").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	a, b := template.Copy(t), template.Copy(t)
	if err := a.Write().Exec(t.Context(), "TRUNCATE TABLE rejects"); err != nil {
		t.Fatal(err)
	}
	if in, of := count(a), count(b); filled != 1 || in != 0 || of != 1 {
		t.Errorf("filled %d times; %d rows after emptying one copy, %d in the other", filled, in, of)
	}
	if n := count(storetest.New(t)); n != 0 {
		t.Errorf("a new database has %d rows of the template", n)
	}
}
