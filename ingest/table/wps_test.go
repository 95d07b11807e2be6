package table

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// asWPS dresses a file of an old office program as WPS writes it: the class of the root is none
// of Microsoft's, and a stream of its own stands beside those of the document. The directory
// stays a proper tree ([MS-CFB] 2.6.4): shorter names first, then by capitals.
func asWPS(t *testing.T, data []byte, stream string) []byte {
	t.Helper()
	out := slices.Clone(data)
	const none = 0xFFFFFFFF
	u32 := func(at int64) uint32 { return binary.LittleEndian.Uint32(out[at:]) }
	sector := int64(1) << binary.LittleEndian.Uint16(out[30:])
	place := func(s uint32) int64 { return (int64(s) + 1) * sector }
	var fat []int64 // where each sector of the allocation table is
	for i := range u32(44) {
		if i < 109 {
			fat = append(fat, place(u32(76+4*int64(i))))
		}
	}
	per := sector / 4
	next := func(s uint32) uint32 { return u32(fat[int64(s)/per] + int64(s)%per*4) }
	var entries []int64
	for s := u32(48); s < none-5; s = next(s) {
		for at := int64(0); at < sector; at += 128 {
			entries = append(entries, place(s)+at)
		}
	}
	free := slices.IndexFunc(entries, func(at int64) bool { return out[at+66] == 0 })
	if free < 0 || len(entries) == 0 || out[entries[0]+66] != 5 {
		t.Fatalf("%d entries of the directory, none is free", len(entries))
	}
	copy(out[entries[0]+80:], []byte("\x45\x54\x57\x50\x53\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xAA"))
	e := out[entries[free] : entries[free]+128]
	for i, r := range stream {
		binary.LittleEndian.PutUint16(e[2*i:], uint16(r))
	}
	binary.LittleEndian.PutUint16(e[64:], uint16(2*len(stream)+2))
	e[66], e[67] = 2, 1 // a stream, black
	for _, at := range []int{68, 72, 76} {
		binary.LittleEndian.PutUint32(e[at:], none)
	}
	binary.LittleEndian.PutUint32(e[116:], none-1) // it is empty
	nameOf := func(i uint32) string {
		at := entries[i]
		var b strings.Builder
		for k := int64(0); k < int64(binary.LittleEndian.Uint16(out[at+64:]))-2; k += 2 {
			b.WriteRune(rune(binary.LittleEndian.Uint16(out[at+k:])))
		}
		return strings.ToUpper(b.String())
	}
	link, upper := entries[0]+76, strings.ToUpper(stream)
	for u32(link) != none {
		i := u32(link)
		if name := nameOf(i); len(upper) < len(name) || len(upper) == len(name) && upper < name {
			link = entries[i] + 68
		} else {
			link = entries[i] + 72
		}
	}
	binary.LittleEndian.PutUint32(out[link:], uint32(free))
	return out
}

// Under the endings of WPS stand files of today as well, and those of another program that
// took the ending first.
func TestFilesUnderTheEndingsOfWPSAreReadByTheirContent(t *testing.T) {
	word := docxOf(t, "", tbl(tr(tc("序号"), tc("描述"))+tr(tc("1"), tc("采购"))))
	book := bookOf(t, func(f *excelize.File) error {
		return setRows(f, "Sheet1", []any{"序号", "描述"}, []any{"1", "采购"})
	})
	want := [][]string{{"序号", "描述"}, {"1", "采购"}}
	for name, data := range map[string][]byte{
		"清单.wps": word, "清单.wpt": word, "清单.et": book, "清单.ett": book, "a.wps": book, "a.et": word, "表.et": []byte("序号,描述\n1,采购\n"), "表.wps": []byte("序号\t描述\n1\t采购\n"),
	} {
		g := read(t, name, data, Options{})
		if len(g.Tables) != 1 {
			t.Fatalf("%s: %+v", name, g)
		}
		diff(t, name, g.Tables[0].Rows, want)
	}
	works := []byte(compoundOf("CONTENTS", 1<<12, bytes.Repeat([]byte("CHNKWKS"), 20)))
	diff(t, "a document of Works", read(t, "old.wps", works, Options{}).Errors, []string{CodeFormatUnknown})
}
