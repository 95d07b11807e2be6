package view

// Cards says which sections of a page are still being computed, and which of them alone
// was asked for.
type Cards struct {
	Only    string // the section that is the whole answer; empty for a page
	Broken  string // why what carries the whole page could not be computed
	Full    string // address of the page that waits for everything
	loading map[string]*Loading
}

// Loading is a section that comes later.
type Loading struct {
	Href   string // address of the section
	Cancel string // address that stops it, for POST
}

// Whole is the section of everything within the frame: on pages that show nothing without one
// certain answer it comes later as a whole.
const Whole = "main"

// Wait notes that a section comes later.
func (c *Cards) Wait(section string, l Loading) {
	if c.loading == nil {
		c.loading = map[string]*Loading{}
	}
	c.loading[section] = &l
}

// Pending returns what is to be said of a section that comes later, or nil.
func (p Page) Pending(section string) *Loading {
	if p.Cards == nil {
		return nil
	}
	return p.Cards.loading[section]
}

// Waiting reports whether some section comes later.
func (p Page) Waiting() bool { return p.Cards != nil && len(p.Cards.loading) > 0 }

// Fragment reports whether one section is the whole answer. What it says elsewhere on the
// page comes with it, to be put there. Everything within the frame is no fragment: it has such
// places in itself.
func (p Page) Fragment() bool { return p.Cards != nil && p.Cards.Only != "" && p.Cards.Only != Whole }

// Broken is why what carries the whole page could not be computed, or empty.
func (p Page) Broken() string {
	if p.Cards == nil {
		return ""
	}
	return p.Cards.Broken
}
