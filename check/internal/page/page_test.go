package page_test

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/page"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func written(t *testing.T, rs ...page.Result) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, page.Write(&b, rs))
	return b.String()
}

// hostile is text that would be markup or script if anything let it.
const hostile = `</script><script>alert(1)</script><!--<script>"'><img src=x onerror=alert(1)>` + "\u2028{{.}}`${alert(1)}`"

func hostileResult() page.Result {
	return page.Result{Verdict: &verdict.Verdict{
		Subject: hostile, Answer: verdict.Fail, Reason: hostile, Coverage: hostile,
		Findings: []verdict.Finding{{
			Code: hostile, Message: hostile,
			Trace: &verdict.Trace{
				Subject: hostile, Processes: []string{hostile}, Replay: hostile,
				Steps: []verdict.Step{{Label: hostile, Text: hostile, Position: hostile}},
			},
		}},
	}}
}

// The data of a page comes back as it went in, and nothing of it is markup: the
// elements of the page are those of a page without it.
func TestDataStaysData(t *testing.T) {
	r := hostileResult()
	out := written(t, r)
	tags := regexp.MustCompile(`<[a-z]+`)
	plain := written(t, page.Result{Verdict: &verdict.Verdict{
		Subject: "s", Findings: []verdict.Finding{{Trace: &verdict.Trace{Replay: "r"}}},
	}})
	assert.Equal(t, tags.FindAllString(plain, -1), tags.FindAllString(out, -1))

	m := regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`).FindStringSubmatch(out)
	require.NotNil(t, m)
	var back struct{ Results []page.Result }
	require.NoError(t, json.Unmarshal([]byte(m[1]), &back))
	assert.Equal(t, []page.Result{r}, back.Results)
}

func TestHostileIndex(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, page.WriteIndex(&b, []page.Link{{File: "javascript:alert(1)", Verdict: hostileResult().Verdict}}))
	assert.NotContains(t, b.String(), "<script")
	assert.NotContains(t, b.String(), "<img")
	assert.NotContains(t, b.String(), `href="javascript:`)
}

// A page needs nothing from elsewhere, and its policy forbids to fetch anything.
func TestPageStandsAlone(t *testing.T) {
	out := written(t, hostileResult())
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(out)
	require.NotNil(t, policy)
	assert.Regexp(t, `^default-src 'none'; style-src 'sha256-[^ ]*'; script-src 'sha256-[^ ]*'; img-src data:; base-uri 'none'; form-action 'none'$`, html.UnescapeString(policy[1]))
	outside := regexp.MustCompile(`(?i)(src|href)="?(https?:)?//|url\([^#]|@import|@font-face|fetch\(|XMLHttpRequest|WebSocket`)
	assert.Empty(t, outside.FindAllString(out, -1))
	modules := regexp.MustCompile(`(?m)^(import|export) `)
	assert.Empty(t, modules.FindAllString(out, -1), "the scripts are one")
	assert.Less(t, len(out), 120<<10, "what comes with every page")
}

// Equal results make equal pages.
func TestPagesAreReproducible(t *testing.T) {
	assert.Equal(t, written(t, hostileResult()), written(t, hostileResult()))
}

func TestEveryCodeHasItsTitle(t *testing.T) {
	out := written(t, page.Result{Verdict: &verdict.Verdict{
		Findings: []verdict.Finding{{Code: verdict.Deadlock}},
		Outcomes: []verdict.Outcome{{Code: verdict.LostItem}},
	}})
	assert.Contains(t, out, `"titles":{"IPC001":"deadlock","IPC002":"lost item"}`)
}

func TestSources(t *testing.T) {
	long := strings.TrimSuffix(strings.Repeat("x\n", 1000), "\n")
	files := map[string]string{"a.go": "one\ntwo\n", "long.go": long, "nul.go": "a\x00b"}
	read := func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, assert.AnError
	}
	got := page.Sources(&verdict.Trace{
		Sites: []verdict.Site{{Position: "a.go:1:7", Frames: []verdict.Frame{{Position: "long.go:60"}}}},
		Steps: []verdict.Step{{Position: "gone.go:3"}, {Position: "nul.go:1"}, {Position: "nothing"}, {Position: ":"}, {Position: "a.go:-1"}},
		Waiting: []verdict.Waiting{
			{Position: "long.go:500"}, {Position: "long.go:70:2"}, {Position: "long.go:2000"},
		},
	}, read)
	type piece struct {
		file        string
		first, size int
	}
	var pieces []piece
	for _, s := range got {
		pieces = append(pieces, piece{s.File, s.First, len(s.Lines)})
	}
	assert.Equal(t, []piece{{"a.go", 1, 2}, {"long.go", 20, 91}, {"long.go", 460, 81}}, pieces)
}
