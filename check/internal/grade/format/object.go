package format

import (
	"bytes"
	"encoding/json"
)

// object is a value as JSON that people can read, with the end of a line.
func object(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
