// Package paper makes the papers that go through the offices: the list of important points
// to file (重要风险点备案表), the changes since the last filing (变更备案表), the lists of all
// units for the committee (上会汇总表), the page of duties of each leader (一岗双责履职单), the
// reminders to units without a list (催报), and the notice's form prefilled with the points
// of the year before.
//
// A paper is plain data – lines and tables – from which a Word document, a page that
// prints on A4 and a table for spreadsheets are made, so that the three say the same. It
// asks metrics on behalf of its reader. Queries, rules and letters do not belong here, nor
// do the report and the inspection pack, which are packages of their own.
package paper
