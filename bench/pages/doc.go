// Package pages measures what a browser sees of the pages with the demo year: bytes,
// requests, first paint, and the time until the last chart stands; beside each page a plain
// one that draws the same options with ECharts and does nothing else, served in the same
// run. The first paint of the overview is held to a second.
//
// Nothing here changes a page; those are package dashboards.
package pages
