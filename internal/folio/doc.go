// Package folio numbers the pages of what we print in browsers that do not know the margin
// boxes of @page: Chromium before 131. It writes a rule of CSS for the style of a file; newer
// browsers and LibreOffice pass it over, and print the number of their own.
//
// There the number stands in the outer margin, level with the end of the text, on a sheet as
// long as all pages that lies under the text; nothing in the text has to make way for it, and no
// script runs. Sheets that lie on their side stand up: such browsers lay them out no wider.
package folio
