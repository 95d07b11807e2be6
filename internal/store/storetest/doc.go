// Package storetest gives tests a real, migrated database of their own on an
// embedded engine that all tests of a package share. It is imported by tests
// only.
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
//
//	func TestSomething(t *testing.T) {
//		s := storetest.New(t)
//		…
//	}
package storetest
