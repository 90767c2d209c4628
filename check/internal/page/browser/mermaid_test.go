package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/page"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Mermaid draws the diagrams of all failures. It is no part of this module: MERMAID is the
// file dist/mermaid.min.js of its npm package (npm pack mermaid@11).
func TestMermaidDrawsDiagrams(t *testing.T) {
	script := os.Getenv("MERMAID")
	if script == "" {
		t.Skip("MERMAID, the path of mermaid.min.js, is not set")
	}
	formats := report.Formats()
	mermaid := formats[slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == "mermaid" })]
	p := openHTML(t, desk, `<!doctype html><body><script src="file://`+html.EscapeString(script)+`"></script>`)
	files, err := filepath.Glob(filepath.Join("..", "..", "report", "testdata", "failures", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]page.Result{"hostile": {Verdict: &verdict.Verdict{
		Subject: hostile, Kind: verdict.Test, Answer: verdict.Fail,
		Findings: []verdict.Finding{{Code: verdict.Deadlock, Message: hostile, Trace: &verdict.Trace{
			Format: verdict.TraceFormat, Subject: hostile, Processes: []string{hostile}, Objects: []verdict.Object{{Name: hostile, Kind: "chan"}},
			Steps:   []verdict.Step{{Label: hostile, Object: 1, Critical: true, Changes: []verdict.Change{{Name: hostile, To: hostile, Object: 1}}}},
			Waiting: []verdict.Waiting{{Label: hostile, For: hostile, Object: 1}},
		}}},
	}}}
	for _, name := range fixtures(t) {
		all[name] = fixture(t, name)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		var v verdict.Verdict
		require.NoError(t, json.Unmarshal(b, &v))
		all[filepath.Base(file)] = page.Result{Verdict: &v}
	}
	drawn := 0
	for name, r := range all {
		var b bytes.Buffer
		require.NoError(t, mermaid.Stream(&b, report.Options{}).Result(report.Result{Verdict: r.Verdict}))
		for i, text := range strings.Split(b.String(), "sequenceDiagram\n")[1:] {
			quoted, err := json.Marshal("sequenceDiagram\n" + text)
			require.NoError(t, err)
			said := eval[string](p, fmt.Sprintf("mermaid.render('d%d', %s).then(r => r.svg.slice(0, 4), e => String(e))", drawn, quoted))
			assert.Equal(t, "<svg", said, "%s, diagram %d:\n%s", name, i+1, text)
			drawn++
		}
	}
	assert.Greater(t, drawn, 20)
}
