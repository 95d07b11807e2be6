package dashboards

import (
	"slices"
	"strings"
	"sync"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// defined are the definitions, made once.
var defined = sync.OnceValue(definitions)

// definitionOf is the definition of a metric in a language. It panics on an unknown code: codes are
// written in programs, not by users.
func definitionOf(code string, lang integrity.Lang) view.About {
	all := defined()
	return translatedAbout(all[slices.IndexFunc(all, func(d obligation.Definition) bool { return d.Code == code })], lang)
}

// translatedAbout is a definition in a language.
func translatedAbout(d obligation.Definition, lang integrity.Lang) view.About {
	return view.About{
		Code: d.Code, Name: d.Name.In(lang), Formula: d.Formula.In(lang), Numerator: d.Numerator.In(lang), Denominator: d.Denominator.In(lang),
		Clause: d.Clause, Basis: d.Basis.Label(lang), Notice: d.Basis == integrity.BasisNotice,
	}
}

// about is the definition of a card and where the API gives its numbers.
func (r *request) about(code, path string, changes ...string) view.About {
	a := definitionOf(code, r.lang)
	a.JSON = r.answer("/api/v1"+path, changes...)
	return a
}

// fits reports whether a path is an address of a route, whose parts with a colon stand for anything.
func fits(route, path string) bool {
	return slices.EqualFunc(strings.Split(route, "/"), strings.Split(path, "/"), func(part, given string) bool {
		return part == given || strings.HasPrefix(part, ":")
	})
}
