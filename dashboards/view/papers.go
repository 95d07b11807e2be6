package view

// PaperLine is one paper on a page that leads to it: what it is, and its files.
type PaperLine struct {
	Name, Note string
	Links      []Link
}
