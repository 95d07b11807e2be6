package store_test

import (
	"errors"
	"strings"
	"testing"

	"qingfeng/internal/store"
)

func TestCheckVersion(t *testing.T) {
	for _, tc := range []struct {
		name, version string
		old, bad      bool
	}{
		{name: "the oldest supported version is fine", version: "24.8.1.1"},
		{name: "a bare major and minor will do", version: "24.8"},
		{name: "a vendor's suffix does not matter", version: "24.8.14.10459.altinitystable"},
		{name: "a newer minor is fine", version: "24.12.1.1"},
		{name: "a newer major with a small minor is fine", version: "25.1.2.3"},
		{name: "the embedded engine is fine", version: "26.7.2.1"},
		{name: "the month before is too old", version: "24.7.9.9", old: true},
		{name: "an old major with a large minor is too old", version: "23.12.1.1", old: true},
		{name: "the one of Debian is too old", version: "18.16.1", old: true},
		{name: "nothing is no version", version: "", bad: true},
		{name: "words are no version", version: "latest", bad: true},
		{name: "a major alone is no version", version: "24", bad: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := store.CheckVersion(tc.version)
			if got := errors.Is(err, store.ErrTooOld); got != tc.old {
				t.Errorf("CheckVersion(%q) = %v; too old %t, want %t", tc.version, err, got, tc.old)
			}
			if got := err != nil; got != (tc.old || tc.bad) {
				t.Errorf("CheckVersion(%q) = %v; want an error: %t", tc.version, err, tc.old || tc.bad)
			}
			if tc.old && !(strings.Contains(err.Error(), "最低支持 24.8") && strings.Contains(err.Error(), "oldest supported version is 24.8") &&
				strings.Contains(err.Error(), tc.version)) {
				t.Errorf("the message %q lacks a language or the version", err)
			}
		})
	}
}
