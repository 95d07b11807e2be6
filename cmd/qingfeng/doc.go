// Command qingfeng is the one binary: web server, scheduler and command line. Here lives
// the wiring: one file per command, and app.go, which opens engine, store, loader and
// metrics. Nothing else belongs here: what a command does is done by the packages.
package main
