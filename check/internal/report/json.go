package report

import (
	"encoding/json"
	"io"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// JSON writes a verdict as one line: an object of the schema that it names.
func JSON(w io.Writer, v *verdict.Verdict) error {
	if v.Findings == nil {
		c := *v
		c.Findings = []verdict.Finding{}
		v = &c
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
