// Package assets holds the static files of the pages – design tokens, style, the one
// script of ours – and the two libraries that make assets puts under vendor/. They are
// part of the binary and are served under an address that contains a hash of the content,
// so that a browser may keep them for ever.
//
// Nothing here knows HTTP: the server asks Open for the bytes. Templates, data and
// anything that differs between two requests never belong here.
package assets
