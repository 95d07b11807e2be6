// Command screenshots takes the pictures of docs/screenshots: every page with the demo year
// on a fixed day, light and dark, as small PNGs. docs/screenshots/INDEX says for each page
// which sources it was taken from; those whose sources have changed since are taken anew, the
// others stay, and the test of this package says which are older than their page.
//
// Run it with make screenshots. Nothing here tests a page; that is package dashboards.
package main
