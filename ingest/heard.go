package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// Who does a duty is named: who is responsible, checks, leads, signs for a list, approves. Who is
// heard is not (requirements section 3, reporter identity): representatives, those who are served,
// experts, and whoever a co-check from cases is about. In the ledger both stand in 人员.

// heard reports whether 人员 of an entry names those who were heard.
func heard(item, source string) bool {
	switch item {
	case integrity.ItemOpinion, integrity.ItemExpertOpinion:
		return true
	case integrity.ItemCoCheck:
		return !slices.Contains(integrity.OpenCoChecks(), source)
	}
	return false
}

// unnamed stands for a name: with a tag by which two persons are told apart, made with the key
// that lies outside the database. What is unnamed already stays.
func (p *parser) unnamed(name string) string {
	if tagged.MatchString(name) {
		return name
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(likeness.Fold(name)))
	return "〔略" + hex.EncodeToString(mac.Sum(nil)[:2]) + "〕"
}

var tagged = regexp.MustCompile(`^〔略[0-9a-f]{4}〕$`)

// unnamedIn is a cell of 人员 as a rejected row keeps it: names stay only where the row is surely
// about a duty.
func (p *parser) unnamedIn(cell string, l *layout, cells []string) string {
	at := func(f field) string {
		if i := l.at[f]; i >= 0 && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	item, source := at(fItem), at(fSource)
	if slices.Contains(integrity.LedgerItems(), item) && !heard(item, sourceAliases[likeness.Fold(source)]) {
		return cell
	}
	names := splitNames(cell)
	for i, name := range names {
		names[i] = p.unnamed(name)
	}
	return strings.Join(names, "、")
}
