// Package obligation judges, for any day, who owed what and whether it was done: the six
// rules (two checks a year, first-quarter review, filing, rectification, handling,
// stages), the two measures of the check duty (by point and by leader in charge), the
// boards of leaders and units, and the outlook to 31 December.
//
// Everything is a pure function of what was recorded. The caller restricts Facts to what
// was known at known_at and indexes them once with New; every question about a year then
// takes the day as_of. As of a day only events dated up to that day exist: a later check,
// removal, closing, approval or change of leader changes nothing, and what is in force is
// assumed to stay so. Deadlines and the calendar are known in advance.
//
// No database, no clock, no HTTP and no knowledge of who is asking: what a role may see
// is decided before and after, not here.
package obligation
