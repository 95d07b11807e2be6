package dashboards

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Every page answers every condition that any page has, together with others, and no part of it
// fails: the chips of the conditions that it knows have words.
func TestNoConditionBreaksAPartOfAPage(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	sets := []string{
		"as_of=2026-10-31&unit=13&year=2026&rule=two_checks&overdue=1&leader=周乙&confirmed=no&linked=no&sort=unit",
		"known_at=2027-01-01&closed=1&type=reminder&layer=leadership&category=decision&grade=important&integrity=all&basis=notice&sure=1&per_page=5",
		"from=2026-01-01&to=2026-10-31&suggested=1&machine=0&stage=self_check&kind=complaint&q=采购&limit=3&state=issued&number=T01&linked=none&cell=unit:13",
	}
	routes := &server{Config: s.config}
	routes.routes = routes.table()
	asked := 0
	for _, path := range everyPage(s) {
		for i, set := range sets {
			for _, lang := range []string{"zh", "en"}[:2-min(i, 1)] {
				all, err := url.ParseQuery(set)
				if err != nil {
					t.Fatal(err)
				}
				bare, _, _ := strings.Cut(path, "?")
				a := s.get(extended(path, routes.fitting(bare, all).Encode(), "lang="+lang))
				if a.status == http.StatusNotFound { // the unit has no such point or signal
					continue
				}
				asked++
				if a.status != http.StatusOK {
					t.Errorf("GET %s with %s = %d", path, set, a.status)
				}
				if bytes.Contains(a.body, []byte("data-retry")) || strings.Contains(string(a.body), `href=""`) {
					t.Errorf("GET %s with %s: a part of the page failed, or a link leads nowhere", path, set)
				}
			}
		}
	}
	if asked < 80 {
		t.Errorf("only %d pages answered", asked)
	}
}
