package view

// Cards says which sections of a page are still being computed, and which of them alone
// was asked for.
type Cards struct {
	Only    string // the section that is the whole answer; empty for a page
	Full    string // address of the page that waits for everything
	loading map[string]*Loading
}

// Loading is a section that comes later.
type Loading struct {
	Href   string // address of the section
	Cancel string // address that stops it, for POST
}

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
// page comes with it, to be put there.
func (p Page) Fragment() bool { return p.Cards != nil && p.Cards.Only != "" }
