package browser

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/internal/page"
	"github.com/ipccheck/ipccheck/check/verdict"
)

//go:embed contrast.js
var contrast string

// Every page can be read, at each step, on wide and narrow screens, light and dark,
// and nothing of it is wider than the screen.
func TestPagesCanBeRead(t *testing.T) {
	t.Parallel()
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			p := open(t, desk, fixture(t, name))
			for _, v := range []view{desk, narrow} {
				for _, v.dark = range []bool{false, true} {
					p.look(v)
					p.do(chromedp.KeyEvent(kb.End))
					assert.Empty(t, eval[[]string](p, contrast), v)
					p.do(chromedp.KeyEvent(kb.Home), chromedp.KeyEvent("j"))
					assert.Empty(t, eval[[]string](p, contrast), v)
					for _, element := range []string{"document.documentElement", "document.getElementById('panes')"} {
						assert.LessOrEqual(t, eval[int](p, element+".scrollWidth - "+element+".clientWidth"), 0, "%s, %v: wider than there is room", element, v)
					}
				}
			}
		})
	}
}

// A text that is hard to read is seen.
func TestContrastIsMeasured(t *testing.T) {
	t.Parallel()
	p := open(t, desk, fixture(t, "deadlock"))
	eval[int](p, `document.getElementById('cause').style.color = '#999'; 0`)
	assert.Len(t, eval[[]string](p, contrast), 1)
}

// said is what a page says at each step, as text.
const said = `(() => {
  const key = key => document.dispatchEvent(new KeyboardEvent('keydown', {key}));
  const text = id => { const e = document.getElementById(id); return e.closest('[hidden]') ? '' : e.innerText.replaceAll(/\s*\n\s*/g, ' | ').trim(); };
  const out = [text('answer') + ' ' + text('title') + ' ' + text('often'), text('subject'), text('cause'), ''];
  const rows = () => [...document.querySelectorAll('.row')].map(r => [...r.children].map(c => c.innerText.trim()).filter(Boolean).join('  '));
  out.push(...rows(), '');
  key('Home');
  for (let last = ''; ; key('ArrowRight')) {
    const count = document.getElementById('count').innerText;
    if (count === last) break;
    last = count;
    out.push('== ' + count, text('said'));
    for (const id of ['actors', 'objects', 'waits']) if (text(id)) out.push(id + ': ' + text(id));
  }
  for (const id of ['why', 'race', 'ends', 'facts', 'commands']) if (text(id)) out.push('', id + ': ' + text(id));
  return out.join('\n') + '\n';
})()`

// What a page says is kept.
func TestWhatPagesSay(t *testing.T) {
	t.Parallel()
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			p := open(t, view{width: 1600, height: 1200}, fixture(t, name))
			golden.Compare(t, filepath.Join("testdata", name+".txt"), eval[string](p, said))
		})
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	p := open(t, desk, fixture(t, "deadlock"))
	for _, c := range []struct {
		name        string
		press       chromedp.Action[chromedp.Void]
		count, hash string
	}{
		{"Home", chromedp.KeyEvent(kb.Home), "0 / 14", "#step=0"},
		{"at the start there is no step back", chromedp.KeyEvent(kb.ArrowLeft), "0 / 14", "#step=0"},
		{"right", chromedp.KeyEvent(kb.ArrowRight), "1 / 14", "#step=1"},
		{"j", chromedp.KeyEvent("j"), "2 / 14", "#step=2"},
		{"left", chromedp.KeyEvent(kb.ArrowLeft), "1 / 14", "#step=1"},
		{"k", chromedp.KeyEvent("k"), "0 / 14", "#step=0"},
		{"c", chromedp.KeyEvent("c"), "13 / 14", "#step=13"},
		{"shift left: the same lane", chromedp.KeyEvent(kb.ArrowLeft, chromedp.KeyModifiers(8)), "12 / 14", "#step=12"},
		{"shift right", chromedp.KeyEvent(kb.ArrowRight, chromedp.KeyModifiers(8)), "13 / 14", "#step=13"},
		{"page down", chromedp.KeyEvent(kb.PageDown), "end", "#step=end"},
		{"at the end there is no step on", chromedp.KeyEvent(kb.ArrowRight), "end", "#step=end"},
		{"page up", chromedp.KeyEvent(kb.PageUp), "0 / 14", "#step=0"},
		{"End", chromedp.KeyEvent(kb.End), "end", "#step=end"},
		{"a button", chromedp.Click(chromedp.CSS("#back")), "14 / 14", "#step=14"},
		{"a row", chromedp.Click(chromedp.CSS(".row:nth-child(5) .act")), "5 / 14", "#step=5"},
		{"the slider", chromedp.Evaluate[chromedp.Void](`document.getElementById('slider').value = 7; document.getElementById('slider').dispatchEvent(new Event('input'))`), "7 / 14", "#step=7"},
		{"with control it is the browser's", chromedp.KeyEvent("j", chromedp.KeyModifiers(2)), "7 / 14", "#step=7"},
	} {
		p.do(c.press)
		count, hash := p.at()
		assert.Equal(t, []string{c.count, c.hash}, []string{count, hash}, c.name)
	}

	shown := "!document.getElementById('help').hidden"
	p.do(chromedp.KeyEvent("?"))
	assert.True(t, eval[bool](p, shown))
	assert.Contains(t, p.text("help"), "one step back")
	p.do(chromedp.KeyEvent(kb.Escape))
	assert.False(t, eval[bool](p, shown))
}

func TestLinks(t *testing.T) {
	t.Parallel()
	two := []page.Result{fixture(t, "pass"), fixture(t, "deadlock"), fixture(t, "race")}
	for hash, want := range map[string]string{
		"": "end", "#step=9": "9 / 14", "#step=end": "end", "#step=99999999999999999999": "end", "#step=-1": "end", "#step=x": "end", "#nothing": "end", "#%": "end",
	} {
		p := open(t, view{width: 1280, height: 800, hash: hash}, two[1])
		assert.Equal(t, want, p.text("count"), hash)
	}
	p := open(t, view{width: 1280, height: 800, hash: "#run=3&step=2"}, two...)
	count, hash := p.at()
	assert.Equal(t, []string{"2 / 5", "#run=3&step=2"}, []string{count, hash})
	p.do(chromedp.KeyEvent("j"), chromedp.Reload())
	count, hash = p.at()
	assert.Equal(t, []string{"3 / 5", "#run=3&step=3"}, []string{count, hash}, "a page that is loaded again stands where it stood")
	eval[int](p, `new Promise(done => { addEventListener('hashchange', done, {once: true}); location.hash = '#run=2&step=4'; }).then(() => 0)`)
	assert.Equal(t, "4 / 14", p.text("count"))
	assert.Contains(t, p.text("title"), "Deadlock")

	p = open(t, desk, two...)
	assert.Contains(t, p.text("title"), "Deadlock", "the first run with a fault is open")
	assert.Regexp(t, `^2\. deadlock`, eval[string](p, "document.getElementById('pick').selectedOptions[0].text"), "what tells runs apart comes first")
	p = open(t, view{width: 1280, height: 800, hash: "#run=1"}, two...)
	assert.Equal(t, "circular-queue", p.text("title"))
	assert.False(t, eval[bool](p, "document.getElementById('run').checkVisibility()"), "there are no lanes without a run")
}

func TestThemeSwitch(t *testing.T) {
	t.Parallel()
	ground := "getComputedStyle(document.body).backgroundColor"
	light, dark := "rgb(247, 247, 245)", "rgb(22, 23, 24)"
	p := open(t, desk, fixture(t, "deadlock"))
	assert.Equal(t, light, eval[string](p, ground))
	p.do(chromedp.Click(chromedp.CSS("#theme")))
	assert.Equal(t, dark, eval[string](p, ground))
	assert.Equal(t, "Light", p.text("theme"))
	p.do(chromedp.KeyEvent("t"))
	assert.Equal(t, light, eval[string](p, ground))

	p = open(t, view{width: 1280, height: 800, dark: true}, fixture(t, "deadlock"))
	assert.Equal(t, dark, eval[string](p, ground))
	p.do(chromedp.Click(chromedp.CSS("#theme")))
	assert.Equal(t, light, eval[string](p, ground))
	assert.Empty(t, eval[[]string](p, contrast))
}

// Whoever hears the page finds a name at every control, each step told, and a table
// of all steps.
func TestPageCanBeHeard(t *testing.T) {
	t.Parallel()
	p := open(t, desk, fixture(t, "deadlock"))
	roles := map[string]int{}
	for _, n := range call(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role := strings.Trim(string(n.Role.Value), `"`)
		switch role {
		case "button", "slider", "combobox", "group", "region", "table", "image", "heading":
			roles[role]++
			assert.NotEqual(t, `""`, string(n.Name.Value), "a %s without a name", role)
		}
	}
	for _, role := range []string{"button", "slider", "group", "region", "image", "heading"} {
		assert.NotZero(t, roles[role], role)
	}
	assert.Equal(t, "polite", eval[string](p, `document.getElementById('said').getAttribute('aria-live')`))
	p.do(chromedp.KeyEvent(kb.Home))
	assert.Equal(t, "Before the first step.", p.text("said"))
	assert.Equal(t, "step 0 of 14", eval[string](p, `document.getElementById('slider').getAttribute('aria-valuetext')`))

	p.do(chromedp.Click(chromedp.CSS("#table summary")), chromedp.WaitVisible(chromedp.CSS("#steps table")))
	assert.Equal(t, 14+3, eval[int](p, "document.querySelectorAll('#steps tbody tr').length"))
	assert.Equal(t, 5, eval[int](p, "document.querySelectorAll('#steps th[scope=col]').length"))
	assert.Equal(t, eval[int](p, "document.querySelectorAll('[id]').length"), eval[int](p, "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"), "ids are unique")
}

// A page of nothing says so, and an index can be read and leads to the pages.
func TestPagesWithoutRuns(t *testing.T) {
	t.Parallel()
	p := open(t, desk)
	assert.Equal(t, "Nothing was judged", p.text("title"))
	assert.Empty(t, eval[[]string](p, contrast))

	var links []page.Link
	for _, name := range fixtures(t) {
		links = append(links, page.Link{File: name + ".html", Verdict: fixture(t, name).Verdict})
	}
	var b strings.Builder
	require.NoError(t, page.WriteIndex(&b, links))
	for _, v := range []view{desk, narrow, {width: 400, height: 800, dark: true}} {
		p = openHTML(t, v, b.String())
		assert.Empty(t, eval[[]string](p, contrast), v)
		assert.LessOrEqual(t, eval[int](p, "document.documentElement.scrollWidth"), int(v.width), v)
		assert.Equal(t, len(links), eval[int](p, "[...document.links].filter(a => a.href === new URL(a.getAttribute('href'), location).href && a.href.endsWith('.html')).length"))
	}
}

// cut are the elements that show less than they hold.
const cut = `[...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && !e.closest('svg, .hidden') && getComputedStyle(e).display !== 'inline' && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.tagName + '#' + e.id + '.' + e.className)`

// On paper there is a table instead of lanes, no control, and everything in full.
func TestPrint(t *testing.T) {
	t.Parallel()
	paper := view{width: 718, height: 1000}
	printed := func(name string) *tab {
		p := open(t, paper, fixture(t, name))
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		eval[int](p, "dispatchEvent(new Event('beforeprint')); 0")
		return p
	}
	p := printed("deadlock")
	const lines = "[...document.querySelectorAll('#source div')].filter(e => e.checkVisibility()).length"
	visible := func(selector string) bool {
		return eval[bool](p, fmt.Sprintf("document.querySelector(%q).checkVisibility()", selector))
	}
	for _, selector := range []string{"#lanes", "#stepper", "#theme", "button"} {
		assert.False(t, visible(selector), selector)
	}
	for _, selector := range []string{"#cause", "#steps table", "#waits svg", "#objects", "#commands code"} {
		assert.True(t, visible(selector), selector)
	}
	assert.Equal(t, eval[int](p, "document.querySelectorAll('#source div').length"), eval[int](p, lines), "the source is short")

	// Of a long source the lines of the run are printed, with those around them.
	long := fixture(t, "deadlock")
	for i := range long.Verdict.Findings[0].Trace.Sources {
		s := &long.Verdict.Findings[0].Trace.Sources[i]
		s.Lines = append(s.Lines, make([]string, 1000)...)
	}
	p = open(t, paper, long)
	assert.Greater(t, eval[int](p, lines), 1000)
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	eval[int](p, "dispatchEvent(new Event('beforeprint')); 0")
	assert.Less(t, eval[int](p, lines), 100)
	assert.True(t, visible("#source .stuck"))
	assert.Equal(t, "⋮", eval[string](p, "[...document.querySelectorAll('#source .skipped')].filter(e => e.checkVisibility()).at(-1).innerText"))

	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF())
	require.NoError(t, err)
	assert.Greater(t, len(pdf), 10_000)

	for _, name := range []string{"history-v1", "long-names", "race-accesses"} {
		p := printed(name)
		assert.Empty(t, eval[[]string](p, cut), name)
		eval[int](p, "document.getElementById('commands').style.width = '100px'; document.querySelector('#commands code').style.whiteSpace = 'nowrap'; 0")
		assert.Len(t, eval[[]string](p, cut), 1, "what is cut is seen")
	}
}

const hostile = `</script><script>hacked=1</script><!--<script>"'><img src=https://ipccheck.invalid/x onerror=hacked=1><iframe srcdoc="<script>top.hacked=1</script>">` + "\u2028`${hacked=1}`"

// Whatever a program under test has for names and texts stays text.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	trace := func(kind verdict.Picture) *verdict.Trace {
		at := 1
		return &verdict.Trace{
			Format: verdict.TraceFormat, Picture: kind, Subject: hostile, Replay: hostile, Params: []verdict.Param{{Name: hostile, Value: hostile}},
			Processes: []string{hostile, "__proto__", "constructor"},
			Actors:    []verdict.Actor{{ID: hostile, Name: hostile, Kind: hostile, Go: &verdict.Start{Position: hostile}}, {ID: "constructor"}},
			Objects:   []verdict.Object{{Name: hostile, Kind: "chan", Cap: &at}, {Name: "__proto__", Kind: "mutex"}, {Name: hostile, Kind: "__proto__"}, {Name: hostile, Kind: "constructor"}},
			Sites:     []verdict.Site{{Label: hostile, Position: hostile + ":1", Func: hostile, Frames: []verdict.Frame{{Func: hostile, Position: hostile + ":1"}, {Func: hostile, Position: hostile + ":2"}}}},
			Initial:   []verdict.Variable{{Name: "__proto__", Value: hostile}, {Name: hostile, Value: "[" + hostile + "]", Field: "__proto__"}},
			Steps: []verdict.Step{
				{Site: 1, Object: 1, Value: hostile, Note: hostile, Changes: []verdict.Change{{Name: hostile, From: hostile, To: hostile, Object: 1, Field: "items", Items: []string{hostile}}}},
				{Process: 1, Label: hostile, Text: hostile, Object: 2, Changes: []verdict.Change{{Name: "x", To: hostile, Object: 2, Field: "owner"}}, Wakes: []int{0, 99, -1}, After: []verdict.Cause{{Step: 1, Kind: hostile}, {Step: 7}, {Step: -1}}},
				{Process: 77, Label: hostile + " returns", Object: 99, Site: 99, Note: "-> " + hostile}, {Process: -3, Label: hostile, Objects: []int{3, 4, -1, 3}, Changes: []verdict.Change{{Object: 3, Name: hostile, To: hostile}, {Object: 4, Field: "__proto__"}}},
			},
			Waiting:     []verdict.Waiting{{Process: 0, Label: hostile, Op: hostile, For: hostile, Position: hostile, Object: 2}, {Process: 50}},
			Holds:       []verdict.Hold{{Process: 9, Object: 9}},
			Fault:       &verdict.Fault{Step: 2, Message: hostile},
			Race:        &verdict.Race{Variable: hostile, Accesses: []verdict.RaceSide{{Process: &at, Position: hostile, Text: hostile, Holds: []string{hostile}}, {Position: hostile}}},
			Sources:     []verdict.Source{{File: hostile, First: 1, Lines: []string{hostile, hostile}}},
			Operations:  []verdict.Operation{{ID: 1, Label: hostile}, {ID: 2}, {ID: 3}, {ID: 4}},
			Points:      []verdict.Point{{Operation: 1, State: []string{hostile}, Want: hostile, Got: hostile}, {Operation: 9}},
			Constraints: []verdict.Constraint{{Before: 1, After: 2, Kind: hostile, Why: hostile}, {Before: 1, After: 99}},
		}
	}
	for _, kind := range []verdict.Picture{verdict.GoPicture, verdict.ModelPicture, verdict.HistoryPicture, verdict.StressPicture, hostile} {
		t.Run(string(kind[:2]), func(t *testing.T) {
			p := open(t, desk, page.Result{Verdict: &verdict.Verdict{
				Subject: hostile, Kind: hostile, Answer: hostile, Reason: hostile, Coverage: hostile, Unchecked: []string{hostile},
				Assumes:  []verdict.Assumption{{Premise: hostile, Position: hostile}},
				Outcomes: []verdict.Outcome{{Answer: hostile, Code: hostile, Message: hostile, Executions: 1, Replay: hostile}},
				Findings: []verdict.Finding{{Code: hostile, Message: hostile, Cause: hostile, Severity: hostile, Hint: &verdict.Hint{Text: hostile, Command: hostile}, Trace: trace(kind)}},
			}})
			p.do(chromedp.KeyEvent(kb.Home))
			for range 6 {
				p.do(chromedp.KeyEvent("j"))
			}
			p.do(chromedp.Evaluate[chromedp.Void]("document.getElementById('table').open = true"))
			assert.Equal(t, "undefined", eval[string](p, "typeof hacked"))
			assert.Equal(t, 2, eval[int](p, "document.scripts.length"))
			assert.Zero(t, eval[int](p, "document.querySelectorAll('img, iframe, object, embed').length"))
			assert.Contains(t, p.text("cause"), hostile[:20])
		})
	}
}

// On a narrow screen the row of the end is above the buttons, and those whom it is about
// have the first lanes, the others come behind them.
func TestNarrowShowsWhoWaits(t *testing.T) {
	t.Parallel()
	r := fixture(t, "deadlock")
	trace := r.Verdict.Findings[0].Trace
	trace.Waiting = slices.DeleteFunc(trace.Waiting, func(w verdict.Waiting) bool { return w.Process == 0 })
	p := open(t, narrow, r)
	assert.True(t, eval[bool](p, "document.querySelector('.row.now').getBoundingClientRect().bottom <= document.querySelector('.stepper').getBoundingClientRect().top"))
	assert.Equal(t, []string{"G1 put", "G2 get", "main"}, eval[[]string](p, "[...document.querySelectorAll('.head b')].map(e => e.innerText.trim())"))
}

// What is done in a row can be read in full, and so can the names of the objects.
func TestNothingIsCut(t *testing.T) {
	t.Parallel()
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			p := open(t, desk, fixture(t, name))
			for _, v := range []view{desk, narrow} {
				p.look(v)
				for _, key := range []string{kb.Home, kb.End} {
					p.do(chromedp.KeyEvent(key))
					assert.Empty(t, eval[[]string](p, `[...document.querySelectorAll('.act, .object b')].filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1).map(e => e.innerText)`), v)
				}
			}
		})
	}
}

// A history opens where what went wrong begins, and not with its last return.
func TestHistoryOpensAtTheFault(t *testing.T) {
	t.Parallel()
	p := open(t, narrow, fixture(t, "history"))
	assert.True(t, eval[bool](p, `(() => {
		const box = document.getElementById('bars'), left = box.getBoundingClientRect().left + 92;
		const seen = [...box.querySelectorAll('[data-operation] rect')].map(e => e.getBoundingClientRect().left).filter(x => x >= left && x < left + 200);
		return box.scrollWidth > box.clientWidth && seen.length > 1;
	})()`))
	p.do(chromedp.KeyEvent(kb.Home), chromedp.KeyEvent(kb.End))
	assert.True(t, eval[bool](p, "document.querySelector('.mark').getBoundingClientRect().right < 400"), "whoever goes to a step sees it")
}

// A data race opens at its second access, however long the program goes on behind it.
func TestRaceOpensAtItsAccesses(t *testing.T) {
	t.Parallel()
	r := fixture(t, "race")
	trace := r.Verdict.Findings[0].Trace
	before := len(trace.Steps)
	for range 50 {
		trace.Steps = append(trace.Steps, verdict.Step{Process: 0, Label: "later"})
	}
	p := open(t, narrow, r)
	assert.LessOrEqual(t, eval[int](p, "Number(document.getElementById('slider').value)"), before)
	assert.True(t, eval[bool](p, `(() => {
		const box = document.getElementById('lanes').getBoundingClientRect();
		return [...document.querySelectorAll('.act.bad')].some(e => { const r = e.getBoundingClientRect(); return r.top >= box.top && r.bottom <= box.bottom && r.left >= box.left && r.left < box.right; });
	})()`))
}

// What somebody adds to the page neither runs nor fetches anything: the policy
// forbids it. Without the policy the test sees both.
func TestPolicyHolds(t *testing.T) {
	t.Parallel()
	add := `(async () => {
		const script = document.createElement('script');
		script.textContent = 'hacked = 1';
		const image = document.createElement('img'), done = new Promise(end => { image.onerror = image.onload = end; });
		image.src = 'https://ipccheck.invalid/x';
		document.body.append(script, image);
		await done;
		await fetch('https://ipccheck.invalid/y').catch(() => 0);
		return typeof hacked;
	})()`
	var b strings.Builder
	require.NoError(t, page.Write(&b, []page.Result{fixture(t, "deadlock")}))
	p := openHTML(t, desk, b.String())
	assert.Equal(t, "undefined", eval[string](p, add))
	problems, requests := p.found()
	assert.Len(t, problems, 4)
	assert.Equal(t, []string{p.url}, requests)

	p = openHTML(t, desk, strings.Replace(b.String(), "Content-Security-Policy", "X-Nothing", 1))
	assert.Equal(t, "number", eval[string](p, add))
	_, requests = p.found()
	assert.Equal(t, []string{p.url, "https://ipccheck.invalid/x", "https://ipccheck.invalid/y"}, requests)
}
