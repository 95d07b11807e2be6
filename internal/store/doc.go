// Package store opens the database and keeps its schema: connections to the
// embedded engine or to an external ClickHouse, the check of its version, and
// the migrations under migrations/.
//
// Questions about the data live in package metrics, each as a file of SQL of
// its own. Starting and watching the embedded engine is package engine.
package store
