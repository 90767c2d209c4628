package step

import (
	"fmt"
	"reflect"
)

// checkLayout reports why values of v's type are not fully described by their
// bytes.
func checkLayout(v any) error {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Struct {
		return fmt.Errorf("the state must be a struct, not %v", t)
	}
	if t.Size() == 0 {
		return fmt.Errorf("the state %v has no fields", t)
	}
	return layout(t, t.Name())
}

func layout(t reflect.Type, path string) error {
	switch t.Kind() {
	case reflect.Bool,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return nil
	case reflect.Array:
		return layout(t.Elem(), path+"[]")
	case reflect.Struct:
		var at uintptr
		last := path
		for i := range t.NumField() {
			f := t.Field(i)
			name := path + "." + f.Name
			if f.Offset != at {
				return fmt.Errorf("padding before field %s: reorder the fields, or add a field _ [%d]byte there", name, f.Offset-at)
			}
			if err := layout(f.Type, name); err != nil {
				return err
			}
			at = f.Offset + f.Type.Size()
			last = name
		}
		if at != t.Size() {
			return fmt.Errorf("padding after field %s: add a field _ [%d]byte there", last, t.Size()-at)
		}
		return nil
	default:
		return fmt.Errorf("field %s has type %v: a state holds integers, booleans, and arrays and structs of these", path, t)
	}
}
