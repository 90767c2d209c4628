package explain

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Fault is one kind of fault. All texts are lines of at most 80 columns that
// end in a newline, unless said.
type Fault struct {
	Code    verdict.Code
	Title   string // "reordered item", without newline
	Summary string // one sentence, without newline
	Meaning string // paragraphs
	Mend    string // a list
	Wrong   string // a Go file that has the fault
	Right   string // the same without it
	// Reported names those that report the fault in this version: "models",
	// "suites". It is empty if nobody does yet.
	Reported []string
	// See is the command that shows the fault in a model, without newline, ""
	// if there is none.
	See string
}

// All returns every kind of fault, ordered by code. The result is the caller's.
func All() []Fault { return slices.Clone(all()) }

// Lookup returns the fault with the code.
func Lookup(code verdict.Code) (Fault, bool) {
	for _, f := range all() {
		if f.Code == code {
			return f, true
		}
	}
	return Fault{}, false
}

// Find returns the faults that a user may mean, ordered by code: by code
// ("IPC004", "ipc4", "4"), by title ("lost item", "lost-item"), or, if there is
// no such code and title, by a word that titles have or begin with ("lost"). It
// returns none if nothing fits.
func Find(query string) []Fault {
	q := strings.ToLower(strings.TrimSpace(query))
	if n, err := strconv.ParseUint(strings.TrimPrefix(q, "ipc"), 10, 16); err == nil {
		return choose(func(f Fault) bool { return number(f.Code) == n })
	}
	words := strings.FieldsFunc(q, func(r rune) bool { return r == ' ' || r == '-' || r == '_' })
	q = strings.Join(words, " ")
	if q == "" {
		return nil
	}
	if exact := choose(func(f Fault) bool { return plain(f.Title) == q }); exact != nil {
		return exact
	}
	return choose(func(f Fault) bool {
		title := plain(f.Title)
		if strings.HasPrefix(title, q) {
			return true
		}
		return slices.ContainsFunc(strings.Fields(title), func(w string) bool {
			return w == q || len(q) >= 4 && strings.HasPrefix(w, q)
		})
	})
}

func choose(fits func(Fault) bool) []Fault {
	var out []Fault
	for _, f := range all() {
		if fits(f) {
			out = append(out, f)
		}
	}
	return out
}

// plain is a title as Find compares it.
func plain(title string) string { return strings.ReplaceAll(title, "-", " ") }

// number is the number in a code, 0 if it has none.
func number(c verdict.Code) uint64 {
	n, err := strconv.ParseUint(strings.TrimPrefix(string(c), "IPC"), 10, 16)
	if err != nil {
		return 0
	}
	return n
}
