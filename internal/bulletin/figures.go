package bulletin

import "strconv"

// Figure is one number that a report prints. Place is the sentence or table that prints
// it, Name what it counts there; together they are the same from version to version.
type Figure struct {
	Place string `json:"place"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Change is a number that differs between two versions of a report. Was is empty where
// the earlier one did not print it, Is where the later one does not.
type Change struct {
	Place string `json:"place"`
	Name  string `json:"name"`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

// Compare returns what changed from the numbers of one version to those of another, in
// the order of the later one; what it no longer prints comes last.
func Compare(was, is []Figure) []Change {
	before := map[string]string{}
	name := namer()
	for _, f := range was {
		before[name(f)] = f.Value
	}
	out := []Change{}
	seen := map[string]bool{}
	name = namer()
	for _, f := range is {
		key := name(f)
		seen[key] = true
		if old := before[key]; old != f.Value {
			out = append(out, Change{f.Place, f.Name, old, f.Value})
		}
	}
	name = namer()
	for _, f := range was {
		if key := name(f); !seen[key] {
			out = append(out, Change{f.Place, f.Name, f.Value, ""})
		}
	}
	return out
}

// namer tells figures of one name apart by how often it came before: a unit may stand in
// several rows of a list.
func namer() func(Figure) string {
	times := map[string]int{}
	return func(f Figure) string {
		key := f.Place + "\x00" + f.Name
		times[key]++
		return key + "\x00" + strconv.Itoa(times[key])
	}
}
