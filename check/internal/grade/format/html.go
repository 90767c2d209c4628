package format

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() {
	register(130, Format{Name: "html", Help: "a page: for the student, or of several submissions for staff", Extension: ".html", One: feedback, All: staff})
}

//go:embed assets
var assets embed.FS

// pages are the templates. They need nothing from elsewhere and run no script, and all
// that comes from a submission is escaped.
var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"style": func() (template.CSS, error) {
		text, err := assets.ReadFile("assets/style.css")
		return template.CSS(text), err
	},
	"number": number, "place": Place, "heading": heading, "told": told,
	"graded": func(r *result.Result) bool { return r.Status == result.Graded },
	"words":  func(o result.Outcome) string { return outcomeWords[o] },
	"others": otherFaults,
	"item": func(r *result.Result, name string) *result.Item {
		for i := range r.Properties {
			if r.Properties[i].Name == name {
				return &r.Properties[i]
			}
		}
		return nil
	},
}).ParseFS(assets, "assets/*.html"))

func feedback(r *result.Result) ([]byte, error) {
	return write("feedback.html", r)
}

func write(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	err := pages.ExecuteTemplate(&b, name, data)
	return []byte(printable(b.String())), err
}

// otherFaults names the faults of a property but the first; "" if there are none.
func otherFaults(p result.Item) string {
	if len(p.Faults) < 2 {
		return ""
	}
	var codes []string
	for _, o := range p.Faults[1:] {
		codes = append(codes, fmt.Sprintf("%s (%s)", o.Title, o.Code))
	}
	return words.List(codes, "and")
}
