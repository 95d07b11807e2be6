package storetest_test

import (
	"testing"

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
