// Command oldbrowser unpacks Chromium 86 into bin/chromium-86, where package desktop finds it:
// the oldest browser that pages have to work in, as offices run it. The binary comes from npm
// with a locked hash (package.json beside this file), as a part of a package for running
// Chromium without a window; only tests use it.
//
// Run it with make browser. Nothing here starts the browser.
package main
