// Package page shows verdicts as pages for a browser. A page is one HTML file that
// needs nothing outside of it, and fetches nothing: its policy forbids that. What
// is shown comes from programs under test and is not trusted: it is in the page as
// JSON, and its script makes texts of it, never markup.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"io/fs"
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/verdict"
)

//go:embed assets
var assets embed.FS

// Result is what a page shows.
type Result struct {
	Verdict *verdict.Verdict `json:"verdict"`
	Trace   *verdict.Trace   `json:"trace,omitempty"` // the run, if it is not that of a finding
}

// Write writes a page of results. The first one with a finding is open, or else
// the first.
func Write(w io.Writer, results []Result) error {
	s, err := shell()
	if err != nil {
		return err
	}
	data, err := json.Marshal(map[string]any{"results": append([]Result{}, results...), "titles": titles(results)})
	if err != nil {
		return err
	}
	title := "ipccheck"
	if len(results) > 0 {
		title += ": " + results[0].Verdict.Subject
	}
	return s.template.ExecuteTemplate(w, "page.html", map[string]any{
		"Title": title, "Policy": s.policy, "Style": s.style, "Script": s.script,
		"Results": results,
		"Data":    template.JS(data), // Marshal leaves no < in it
	})
}

// titles are the titles of the codes that results have.
func titles(results []Result) map[verdict.Code]string {
	out := map[verdict.Code]string{}
	add := func(c verdict.Code) {
		if f, ok := explain.Lookup(c); ok {
			out[c] = f.Title
		}
	}
	for _, r := range results {
		for _, f := range r.Verdict.Findings {
			add(f.Code)
		}
		for _, o := range r.Verdict.Outcomes {
			add(o.Code)
		}
	}
	return out
}

// Link is a line of an index: a verdict and the file that has its page.
type Link struct {
	File    string
	Verdict *verdict.Verdict
}

// WriteIndex writes a page with links to the pages of verdicts.
func WriteIndex(w io.Writer, links []Link) error {
	s, err := shell()
	if err != nil {
		return err
	}
	return s.template.ExecuteTemplate(w, "index.html", map[string]any{
		"Title": "ipccheck", "Policy": s.policy, "Style": s.style, "Links": links,
	})
}

// shellParts are what all pages have.
type shellParts struct {
	template *template.Template
	style    template.CSS
	script   template.JS
	policy   string
}

var shell = sync.OnceValues(func() (*shellParts, error) {
	s := &shellParts{}
	var err error
	if s.template, err = template.ParseFS(assets, "assets/*.html"); err != nil {
		return nil, err
	}
	style, err := assets.ReadFile("assets/page.css")
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		return nil, err
	}
	script, err := bundle(files, "main.js")
	if err != nil {
		return nil, err
	}
	s.style, s.script = template.CSS(style), template.JS(script)
	s.policy = "default-src 'none'; style-src " + digest(string(style)) + "; script-src " + digest(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
	return s, nil
})

// digest is how a policy names a style or a script that may be in the page: no
// other one runs, whatever comes into it.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
