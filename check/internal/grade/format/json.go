package format

import (
	"bytes"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

func init() {
	register(20, Format{Name: "json", Help: "all that is known, an object a submission", Extension: ".json", One: (*result.Result).Encode, All: jsonAll})
}

// jsonAll writes a list.
func jsonAll(all []*result.Result) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("[\n")
	for i, r := range all {
		text, err := r.Encode()
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString(",\n")
		}
		b.Write(bytes.TrimRight(text, "\n"))
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}
