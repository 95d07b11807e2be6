// Package visualtest compares how a page looks with how it looked: pictures are brought down
// to a coarse grid that says how much ink each part has, which other fonts and other versions of
// a browser hardly change, while a card, a chart or a table that is missing leaves a hole.
//
// Pictures of pages that a test took are kept in the directory artifacts, to be looked at.
//
// Only tests use it. What a page says, to the last number, is for other tests.
package visualtest
