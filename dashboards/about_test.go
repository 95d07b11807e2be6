package dashboards

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingfeng/internal/integrity"
)

// closest is the nearest element around n, or n itself, that has a class.
func closest(n *html.Node, class string) *html.Node {
	for ; n != nil; n = n.Parent {
		if slices.Contains(strings.Fields(attribute(n, "class")), class) {
			return n
		}
	}
	return nil
}

// tablesAndTiles are the elements of a page that have numbers of their own, each with a name for messages:
// tables and tiles.
func tablesAndTiles(root *html.Node) map[*html.Node]string {
	out := map[*html.Node]string{}
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "table":
			out[n] = "table " + tableOn(n, attribute(n, "id")).Sheet
		case slices.Contains(strings.Fields(attribute(n, "class")), "tile"):
			out[n] = "tile " + firstText(n)
		}
	}
	return out
}

// aboutIn is what an element says of its numbers, or nil.
func aboutIn(n *html.Node) *html.Node {
	for d := range n.Descendants() {
		if attribute(d, "data-about") != "" {
			return d
		}
	}
	return nil
}

// testDefinitionsAreOneClickAway opens every page and looks beside every table and every tile.
func testDefinitionsAreOneClickAway(t *testing.T, s *site) {
	said := map[string][]string{}
	for _, d := range definitions() {
		said[d.Code] = []string{d.Name.ZH, d.Formula.ZH, d.Numerator.ZH, d.Denominator.ZH, d.Clause, d.Basis.Label(integrity.Chinese)}
	}
	answers := map[string]bool{} // by address: whether it answers
	for _, path := range everyPage(s) {
		t.Run("each table and tile of "+path+" has its definition and the API's answer one click away", func(t *testing.T) {
			root, err := html.Parse(bytes.NewReader(s.ok(path)))
			if err != nil {
				t.Fatal(err)
			}
			cards := map[*html.Node]bool{}
			all := tablesAndTiles(root)
			for n := range all {
				cards[closest(n, "card")] = true
			}
			for n, name := range all {
				around := closest(n, "tile")
				if around == nil {
					around = closest(n, "card")
				}
				if around == nil {
					t.Errorf("%s stands in no card", name)
					continue
				}
				about := aboutIn(around)
				if about == nil && len(cards) == 1 { // all tables of the page are one, which its head speaks of
					for head := range root.Descendants() {
						if closest(head, "head") == head && about == nil {
							about = aboutIn(head)
						}
					}
				}
				if about == nil {
					t.Errorf("%s has no definition", name)
					continue
				}
				text := readOut(about)
				for _, part := range said[attribute(about, "data-about")] {
					if part = readOut(&html.Node{Type: html.TextNode, Data: part}); !strings.Contains(text, part) {
						t.Errorf("%s does not say %q: %s", name, part, text)
					}
				}
				if said[attribute(about, "data-about")] == nil {
					t.Errorf("%s has the definition %q, which there is not", name, attribute(about, "data-about"))
				}
				address := ""
				for d := range about.Descendants() {
					if href := attribute(d, "href"); strings.HasPrefix(href, "/api/v1/") {
						address = href
					}
				}
				if _, asked := answers[address]; !asked {
					a := s.get(address)
					answers[address] = a.status == http.StatusOK && json.Valid(a.body)
				}
				if !answers[address] {
					t.Errorf("%s: the API does not answer %q", name, address)
				}
			}
		})
	}
}
