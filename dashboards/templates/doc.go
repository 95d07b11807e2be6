// Package templates holds the HTML of the pages. A file whose name starts with an
// underscore is a part that other templates include, any other file is the page of that
// name and defines "main". All are parsed once, for both languages; a bad one stops the
// start.
//
// What a template shows is prepared in package view. There are no style attributes, no
// inline scripts and no event attributes: the content security policy forbids them.
package templates
