// Package jobs holds the cron tasks: values with a name, a schedule, a time limit and a
// function of (context, now), and the scheduler that runs each of them once per period,
// also after downtime. Every run is recorded with start, end, result and counts; running
// a task twice for the same period changes nothing.
//
// A task asks metrics and writes what it found (flags, reports). Pages, HTTP and the
// parsing of files do not belong here.
package jobs
