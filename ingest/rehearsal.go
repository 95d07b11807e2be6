package ingest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
)

// rehearsal is what a dry run has brought so far: it writes nothing, but the next rows have to find
// what a load would find. So many rows are held; of a longer file the others lie in a
// temporary file, with their keys, in memory that does not grow. Their texts are masked.
type rehearsal struct {
	rows    map[uint64]any // the newest row by key; such a key is in no other place
	beyond  seen           // the keys of the others, and some that are not
	places  met            // where in the file the newest row of a key begins
	file    *os.File
	size    int64  // of the file
	pending []byte // what is to be written to it next
}

// rehearsedRows is how many rows a dry run holds.
const rehearsedRows = 1 << 16

// rehearsedPart is how many bytes are written to the file together.
const rehearsedPart = 1 << 20

// recall returns the newest row with a key that the dry run brought, nil if there is none.
func recall[T any](r *rehearsal, key uint64) (*T, error) {
	if row, held := r.rows[key]; held {
		found, _ := row.(*T)
		return found, nil
	}
	if r.file == nil || !r.beyond.has(key) {
		return nil, nil
	}
	at, found, err := r.places.find(key)
	if err != nil || !found {
		return nil, err
	}
	row := new(T)
	if err := unpack(row, func(n int) ([]byte, error) { return r.read(&at, n) }); err != nil {
		return nil, fmt.Errorf("look up the rows of a dry run: %w", err)
	}
	return row, nil
}

// read returns the next n bytes from a place of the file, and moves the place on.
func (r *rehearsal) read(at *uint64, n int) ([]byte, error) {
	from := int64(*at)
	*at += uint64(n)
	if from >= r.size {
		return r.pending[from-r.size:][:n], nil
	}
	b := make([]byte, n)
	_, err := r.file.ReadAt(b, from)
	return b, err
}

// remember keeps a copy of a row as the newest with its key.
func remember[T any](r *rehearsal, key uint64, row *T) (err error) {
	if _, held := r.rows[key]; held || len(r.rows) < rehearsedRows && !r.beyond.has(key) {
		if r.rows == nil {
			r.rows = map[uint64]any{}
		}
		of := *row
		r.rows[key] = &of
		return nil
	}
	if r.file == nil {
		if r.file, err = temporary("qingfeng-rehearsal-"); err != nil {
			return fmt.Errorf("remember the rows of a dry run: %w", err)
		}
	}
	r.beyond.add(key)
	at := r.size + int64(len(r.pending))
	r.pending = pack(r.pending, row)
	if len(r.pending) >= rehearsedPart {
		if _, err := r.file.WriteAt(r.pending, r.size); err != nil {
			return fmt.Errorf("remember the rows of a dry run: %w", err)
		}
		r.size, r.pending = r.size+int64(len(r.pending)), r.pending[:0]
	}
	return r.places.put(key, uint64(at))
}

// close forgets everything.
func (r *rehearsal) close() error {
	file := r.file
	err := r.places.close()
	*r = rehearsal{}
	if file != nil {
		err = errors.Join(err, discard(file))
	}
	return err
}

// pack appends the fields of a row, each with its length where it has one.
func pack[T any](to []byte, row *T) []byte {
	v := reflect.ValueOf(row).Elem()
	for _, f := range fieldsOf[T]() {
		switch of := v.FieldByIndex(f.Index); of.Kind() {
		case reflect.String:
			to = packText(to, of.String())
		case reflect.Bool:
			n := uint64(0)
			if of.Bool() {
				n = 1
			}
			to = binary.LittleEndian.AppendUint64(to, n)
		case reflect.Float32, reflect.Float64:
			to = binary.LittleEndian.AppendUint64(to, math.Float64bits(of.Float()))
		case reflect.Slice:
			to = binary.LittleEndian.AppendUint64(to, uint64(of.Len()))
			for i := range of.Len() {
				if item := of.Index(i); item.Kind() == reflect.String {
					to = packText(to, item.String())
				} else {
					to = binary.LittleEndian.AppendUint64(to, item.Uint())
				}
			}
		default:
			if of.CanInt() {
				to = binary.LittleEndian.AppendUint64(to, uint64(of.Int()))
			} else {
				to = binary.LittleEndian.AppendUint64(to, of.Uint())
			}
		}
	}
	return to
}

func packText(to []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint64(to, uint64(len(s))), s...)
}

// unpack fills a row with what pack wrote of one.
func unpack[T any](row *T, next func(n int) ([]byte, error)) error {
	var failed error
	number := func() uint64 {
		b, err := next(8)
		if err != nil {
			failed = err
			return 0
		}
		return binary.LittleEndian.Uint64(b)
	}
	text := func() string {
		b, err := next(int(number()))
		failed = errors.Join(failed, err)
		return string(b)
	}
	v := reflect.ValueOf(row).Elem()
	for _, f := range fieldsOf[T]() {
		switch of := v.FieldByIndex(f.Index); of.Kind() {
		case reflect.String:
			of.SetString(text())
		case reflect.Bool:
			of.SetBool(number() == 1)
		case reflect.Float32, reflect.Float64:
			of.SetFloat(math.Float64frombits(number()))
		case reflect.Slice:
			items := number()
			if items == 0 || failed != nil {
				break
			}
			list := reflect.MakeSlice(of.Type(), int(items), int(items))
			for i := range list.Len() {
				if item := list.Index(i); item.Kind() == reflect.String {
					item.SetString(text())
				} else {
					item.SetUint(number())
				}
			}
			of.Set(list)
		default:
			if of.CanInt() {
				of.SetInt(int64(number()))
			} else {
				of.SetUint(number())
			}
		}
		if failed != nil {
			return failed
		}
	}
	return nil
}
