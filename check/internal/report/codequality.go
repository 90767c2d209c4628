package report

import (
	"encoding/json"
	"io"

	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() {
	register(Format{Name: "codequality", Help: "write a code quality report of GitLab as well", File: codeQuality})
}

// quality is an entry of a code quality report.
type quality struct {
	Description string `json:"description"`
	Check       string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

// codeQuality writes the findings in files, and the tests that could not be judged, as
// GitLab reads them.
func codeQuality(w io.Writer, r Run) error {
	list := []quality{}
	add := func(at location, q quality) {
		q.Location.Path, q.Location.Lines.Begin = at.file, at.line
		list = append(list, q)
	}
	for _, result := range r.Results {
		v := result.Verdict
		if at, ok := result.undecided(); ok && v.Answer == verdict.Inconclusive {
			f := verdict.Finding{Code: "inconclusive"}
			add(at, quality{Description: clean(v.Subject) + " is inconclusive: " + clean(v.Reason), Check: "inconclusive", Fingerprint: result.fingerprint(f), Severity: "minor"})
		}
		for _, f := range v.Findings {
			severity := "critical"
			if f.Severity == verdict.Warning {
				severity = "minor"
			}
			if places := result.locations(f); len(places) > 0 {
				add(places[0], quality{Description: title(f.Code) + ": " + clean(cause(f)), Check: string(f.Code), Fingerprint: result.fingerprint(f), Severity: severity})
			}
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(list)
}
