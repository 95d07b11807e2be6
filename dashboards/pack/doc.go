// Package pack makes the inspection pack (检查前资料包) of one unit: two to four pages that
// an inspector takes along – the points with their grade, category and measures, the last
// checks, what is not put right, what the list changed, complaints by month, hot and blind
// spots – and the check form with the points and the three questions of the notice printed
// in. Beside it stands the same form as a table in the columns of the template of
// inspections, ready to be filled in and loaded.
//
// The pack is one HTML file without script and without any address, which prints on A4. It
// asks metrics on behalf of its reader and shows nothing that the reader may not see; it
// quotes no complaint and no petition. Rules and queries do not belong here.
package pack
