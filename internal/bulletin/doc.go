// Package bulletin keeps the life of the bulletin 廉洁风险防控监督月报 and of the half-year
// and year reports: what people write for it (advice, a leader's instructions), the drafts
// that the monthly task kept, and the versions that were issued, byte for byte, with their
// numbers.
//
// Everything is only ever added. A note takes the next place among the notes of its
// period; an issue takes the next place among all issues, and its numbers (第n期, 总第n期,
// version) follow from the issues before it. A place is taken by one insert that only one
// writer can make, so that numbers have neither gaps nor doubles.
//
// Drawing the file is behind the interface Printer, which package dashboards/report
// serves. Pages, commands and mail live with the others of their kind. A person issues,
// never the program.
package bulletin
