package config

import (
	"fmt"
	"net/url"
	"reflect"
	"sort"
	"strings"
)

// Setting is one setting in force, for people to read.
type Setting struct {
	Name    string `json:"name"`    // as in the file: mail.host
	Value   string `json:"value"`   // secrets are withheld
	Changed bool   `json:"changed"` // from the default
}

// withheld stands for a secret that is set.
const withheld = "••••••"

// Settings lists every setting in the order of the file. Passwords are withheld, also the
// one in the address of an external database.
func (c Config) Settings() []Setting {
	c.ClickHouse = withoutPassword(c.ClickHouse)
	if c.Mail.Password != "" {
		c.Mail.Password = withheld
	}
	standard := map[string]string{}
	for _, s := range flatten("", reflect.ValueOf(Default())) {
		standard[s.Name] = s.Value
	}
	out := flatten("", reflect.ValueOf(c))
	for i := range out {
		out[i].Changed = out[i].Value != standard[out[i].Name]
	}
	return out
}

// withoutPassword hides the password of an address. What cannot be read as one is hidden
// whole: the password may be anywhere in it.
func withoutPassword(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return withheld
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

func flatten(prefix string, v reflect.Value) (out []Setting) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Tag.Get("toml")
			if prefix != "" {
				name = prefix + "." + name
			}
			out = append(out, flatten(name, v.Field(i))...)
		}
		return out
	case reflect.Map:
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		for _, k := range keys {
			out = append(out, flatten(prefix+"."+k.String(), v.MapIndex(k))...)
		}
		return out
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = fmt.Sprint(v.Index(i).Interface())
		}
		return []Setting{{Name: prefix, Value: strings.Join(parts, "；")}}
	}
	return []Setting{{Name: prefix, Value: fmt.Sprint(v.Interface())}}
}
