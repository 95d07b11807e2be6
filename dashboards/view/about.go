package view

// About says what the numbers of a table or a tile are: the definition of a metric, and where
// the API gives the same numbers. The zero About says nothing and is not shown.
type About struct {
	Code, Name, Formula, Numerator, Denominator string
	Clause, Basis                               string
	Notice                                      bool   // the clause is the notice's own words
	JSON                                        string // address of the API's answer; empty where the reader may not ask
}

// About is what stands behind the word 口径 of a card: the definition of code, and the address of
// the API's answer with those of the page's conditions that it knows. path is that of the API without
// its prefix, changes are conditions of the card.
func (p Page) About(code, path string, changes ...string) About {
	if p.Asks == nil {
		return About{}
	}
	return p.Asks(code, path, changes...)
}
