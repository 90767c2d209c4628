package report

import (
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/page"
)

func init() {
	register(Format{
		Name: "html", Help: "write a page for a browser as well; into a directory, one for each result and index.html",
		Pages: pages,
	})
}

// Page is a page of results. Its name is that of a file in a directory, if there
// are several.
type Page struct {
	Name string
	HTML []byte
}

// pages makes one page of all results, or the pages of a directory, the index last.
func pages(rs []Result, directory bool) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		if !directory {
			all := make([]page.Result, len(rs))
			for i, r := range rs {
				all[i] = page.Result{Verdict: r.Verdict, Trace: r.Trace}
			}
			var b bytes.Buffer
			err := page.Write(&b, all)
			yield(Page{HTML: b.Bytes()}, err)
			return
		}
		var links []page.Link
		taken := map[string]bool{"index": true}
		for _, r := range rs {
			name := pageName(r, taken) + ".html"
			links = append(links, page.Link{File: name, Verdict: r.Verdict})
			var b bytes.Buffer
			err := page.Write(&b, []page.Result{{Verdict: r.Verdict, Trace: r.Trace}})
			if !yield(Page{Name: name, HTML: b.Bytes()}, err) || err != nil {
				return
			}
		}
		var b bytes.Buffer
		err := page.WriteIndex(&b, links)
		yield(Page{Name: "index.html", HTML: b.Bytes()}, err)
	}
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9]+`)

// longestName bounds the names of files, in bytes.
const longestName = 80

// pageName names the page of a result by its subject and parameters, with a number
// if that is taken. It takes the name.
func pageName(r Result, taken map[string]bool) string {
	name := r.Verdict.Subject
	for _, p := range r.Verdict.Params {
		name += "-" + p.Name + "-" + p.Value
	}
	name = notInNames.ReplaceAllString(name, "-")
	name = strings.Trim(name[:min(len(name), longestName)], "-")
	if name == "" {
		name = "result"
	}
	unique := name
	for n := 2; taken[strings.ToLower(unique)]; n++ {
		unique = fmt.Sprintf("%s-%d", name, n)
	}
	taken[strings.ToLower(unique)] = true
	return unique
}
