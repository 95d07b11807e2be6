// Package engine runs the embedded ClickHouse: it writes its configuration,
// starts it as a child process, watches over it, restarts it after a crash and
// tells others where it answers.
//
// The engine is a library (libchdb.so) loaded by a second copy of our own
// binary, so that a fault in it never takes the web server down; a clickhouse
// executable in its place works as well. The child lives exactly as long as the
// process that started it, whichever way that one ends.
//
// One data directory has one engine. Its owner holds a lock on the directory;
// other processes of the same account join the running engine with Attach.
//
// Nothing here knows tables, queries or the driver: that is package store.
package engine
