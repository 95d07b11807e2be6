// Package dashboards is the web side: the one list of routes, the pages, the JSON API with
// its description, the downloads, and what guards them (security headers, same-origin
// writes, request numbers, deadlines). New returns a fiber application that does not
// listen.
//
// A handler reads parameters, asks metrics, fills a view and renders it. Nothing here
// loads files, runs jobs or speaks to the database: uploads, batches, tasks and reports
// are reached through the small interfaces of Config. Who may see what is decided in
// metrics, by the principal that every call carries.
package dashboards
