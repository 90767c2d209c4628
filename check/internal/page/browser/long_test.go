package browser

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/page"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// long is a run of many steps of many goroutines, with locks, items and waits.
func long(steps, goroutines int) page.Result {
	room := 8
	t := &verdict.Trace{
		Format: verdict.TraceFormat, Picture: verdict.GoPicture, Subject: "TestLong", Replay: "go-test:example.com/long:TestLong#0",
		Objects: []verdict.Object{{Name: "jobs", Kind: "chan", Cap: &room}, {Name: "mu", Kind: "mutex"}, {Name: "count", Kind: "atomic"}},
		Sites: []verdict.Site{
			{Op: "lock", Label: "mu.Lock()", Position: "long_test.go:10:2", Func: "work"}, {Op: "unlock", Label: "mu.Unlock()", Position: "long_test.go:12:2", Func: "work"},
			{Op: "send", Label: "jobs <- i", Position: "long_test.go:14:2", Func: "work"}, {Op: "receive", Label: "<-jobs", Position: "long_test.go:16:2", Func: "work"},
		},
		Initial: []verdict.Variable{{Name: "count", Value: "0", Object: 3, Field: "value"}},
	}
	for g := range goroutines {
		t.Processes = append(t.Processes, fmt.Sprintf("G%d work", g))
		t.Actors = append(t.Actors, verdict.Actor{ID: fmt.Sprintf("G%d", g), Name: "work", Kind: "goroutine"})
	}
	for i := range steps {
		g := i / 4 % goroutines
		s := verdict.Step{Process: g, Site: i%4 + 1}
		who := t.Actors[g].ID
		switch i % 4 {
		case 0:
			s.Object, s.Changes = 2, []verdict.Change{{Name: "mu", To: who, Object: 2, Field: "owner"}}
		case 1:
			s.Object, s.Changes = 2, []verdict.Change{{Name: "mu", From: who, Object: 2, Field: "owner"}, {Name: "count", From: fmt.Sprint(i / 4), To: fmt.Sprint(i/4 + 1), Object: 3, Field: "value"}}
		case 2:
			s.Object, s.Value, s.Changes = 1, fmt.Sprint(i), []verdict.Change{{Name: "jobs", From: "[]", To: "[x]", Object: 1, Field: "items", Items: []string{fmt.Sprint(i)}}}
		case 3:
			s.Object, s.Changes = 1, []verdict.Change{{Name: "jobs", From: "[x]", To: "[]", Object: 1, Field: "items", Items: []string{}}}
		}
		if i >= 4 {
			s.After = []verdict.Cause{{Step: i - 3, Kind: "lock"}}
		}
		s.Critical = i == steps*3/4
		t.Steps = append(t.Steps, s)
	}
	for g := range min(goroutines, 6) {
		t.Waiting = append(t.Waiting, verdict.Waiting{Process: g, Label: "mu.Lock()", Op: "lock", For: "mu", Object: 2, Position: "long_test.go:10:2"})
	}
	return page.Result{Verdict: &verdict.Verdict{
		Schema: verdict.Schema, Subject: "TestLong", Kind: verdict.Test, Answer: verdict.Fail, Coverage: "1 execution",
		Findings: []verdict.Finding{{Code: verdict.Deadlock, Message: "6 goroutines are blocked forever", Trace: t}},
	}}
}

// Of a long run what can be seen is in the document, folded and unfolded, wherever
// the reader goes or scrolls.
func TestLongRun(t *testing.T) {
	t.Parallel()
	p := open(t, desk, long(10_000, 40))
	elements := "document.querySelectorAll('*').length"
	assert.Equal(t, "7,501 / 10,000", p.text("count"), "a long run opens at its critical step")
	assert.Less(t, eval[int](p, elements), 1500)
	assert.Contains(t, eval[string](p, "document.querySelector('.gap').innerText"), " steps of 40 of them: show")

	p.do(chromedp.KeyEvent("f"), chromedp.KeyEvent(kb.Home))
	for range 30 {
		p.do(chromedp.KeyEvent(kb.PageDown))
	}
	assert.Equal(t, "600 / 10,000", p.text("count"))
	assert.Less(t, eval[int](p, elements), 1500)
	assert.True(t, eval[bool](p, `(() => {
		const box = document.getElementById('lanes').getBoundingClientRect(), now = document.querySelector('.row.now').getBoundingClientRect();
		return now.top >= box.top && now.bottom <= box.bottom;
	})()`), "the step can be seen")

	eval[int](p, `new Promise(done => { const lanes = document.getElementById('lanes'); lanes.scrollTop = lanes.scrollHeight / 2; requestAnimationFrame(() => requestAnimationFrame(() => done(0))); })`)
	numbers := "[...document.querySelectorAll('.row .number')].map(e => parseInt(e.innerText.replace('! ', '')))"
	drawn := eval[[]int](p, numbers)
	assert.InDelta(t, 5000, drawn[len(drawn)/2], 100, "what is scrolled to is drawn")
	assert.True(t, eval[bool](p, `(() => {
		const box = document.getElementById('lanes').getBoundingClientRect(), rows = [...document.querySelectorAll('.row')].map(e => e.getBoundingClientRect());
		return rows[0].top <= box.top && rows.at(-1).bottom >= box.bottom && rows.every((r, i) => i === 0 || Math.abs(r.top - rows[i - 1].bottom) < 1);
	})()`), "and nothing beside it is missing")
	assert.Less(t, eval[int](p, elements), 1500)

	// What is folded can be unfolded in place.
	p.do(chromedp.KeyEvent("f"), chromedp.KeyEvent(kb.Home), chromedp.Click(chromedp.CSS(".gap")))
	assert.Contains(t, eval[[]int](p, numbers), 12)
}

// BenchmarkStep measures how long a page takes to show a step of a run of 10,000,
// in milliseconds of the processor, which other programs do not make longer: on the way
// through, and anywhere.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name string
		next func(step int) int
	}{
		{"next", func(step int) int { return step%10_000 + 1 }},
		{"anywhere", func(step int) int { return step*7919%10_000 + 1 }},
	} {
		for _, folded := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/folded=%v", c.name, folded), func(b *testing.B) {
				p := open(b, desk, long(10_000, 40))
				call(p, performance.Enable, performance.EnableParams{TimeDomain: "threadTicks"})
				p.do(chromedp.KeyEvent(kb.Home))
				if !folded {
					p.do(chromedp.KeyEvent("f"))
				}
				var times []float64
				for i, step := 0, 1; i < 300; i++ {
					step = c.next(step)
					before := p.computed()
					// A step has been shown when the browser has laid it out.
					eval[float64](p, fmt.Sprintf(`(() => {
						const slider = document.getElementById('slider');
						slider.value = %d;
						slider.dispatchEvent(new Event('input'));
						return document.body.getBoundingClientRect().width;
					})()`, step))
					times = append(times, 1000*(p.computed()-before))
				}
				slices.Sort(times)
				b.ReportMetric(times[len(times)/2], "median-ms/step")
				b.ReportMetric(times[len(times)-1], "max-ms/step")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// computed is how long the page has computed so far, in seconds.
func (p *tab) computed() float64 {
	for _, m := range call(p, performance.GetMetrics, cdp.Empty{}).Metrics {
		if m.Name == "TaskDuration" {
			return m.Value
		}
	}
	p.t.Fatal("the browser does not say how long it has computed")
	return 0
}
