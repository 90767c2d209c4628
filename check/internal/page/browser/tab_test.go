package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/page"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// chromium is the browser that all tests share; each has a tab of its own.
var chromium context.Context

func TestMain(m *testing.M) {
	os.Exit(func() int {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
		if path := os.Getenv("CHROMIUM"); path != "" {
			options = append(options, chromedp.ExecPath(path))
		}
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		defer stop()
		var cancel context.CancelFunc
		chromium, cancel = chromedp.NewContext(allocator)
		defer cancel()
		if err := chromedp.Do(chromium); err != nil {
			fmt.Fprintf(os.Stderr, "these tests need Chromium (apt-get install chromium, or CHROMIUM=path): %v\n", err)
			return 1
		}
		return m.Run()
	}())
}

// view is how a page is looked at.
type view struct {
	width, height int64
	dark          bool
	hash          string
}

var desk, narrow = view{width: 1280, height: 800}, view{width: 400, height: 800}

func (v view) String() string {
	s := fmt.Sprintf("%dx%d", v.width, v.height)
	if v.dark {
		s += " dark"
	}
	return s
}

// tab is a tab with a page in it.
type tab struct {
	t   testing.TB
	ctx context.Context
	url string

	mu       sync.Mutex
	problems []string                     // errors of scripts and complaints about the policy
	requests map[network.RequestID]string // that the policy has not stopped
}

// open opens a page of results. When the test ends nothing must have gone wrong in
// it, and nothing must have been fetched but the page.
func open(t testing.TB, v view, rs ...page.Result) *tab {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, page.Write(&b, rs))
	p := openHTML(t, v, b.String())
	t.Cleanup(func() {
		problems, requests := p.found()
		assert.Empty(t, problems)
		for _, r := range requests {
			assert.Equal(t, p.url, r, "a request leaves the page")
		}
	})
	return p
}

func openHTML(t testing.TB, v view, text string) *tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	p := &tab{t: t, url: "file://" + file, requests: map[network.RequestID]string{}}
	ctx, cancel := chromedp.NewContext(chromium, chromedp.WithListener(p.listen))
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	p.ctx = ctx
	call(p, network.Enable, network.EnableParams{})
	call(p, log.Enable, cdp.Empty{})
	p.look(v)
	p.do(chromedp.Navigate(p.url + v.hash))
	return p
}

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		p.problems = append(p.problems, text)
	case *log.EventEntryAdded:
		p.problems = append(p.problems, e.Entry.Text)
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") {
			p.requests[e.RequestID] = e.Request.URL
		}
	case *network.EventLoadingFailed:
		if e.BlockedReason == network.BlockedReasonCsp {
			delete(p.requests, e.RequestID)
		}
	}
}

// found is what has gone wrong in the page, and what it has fetched.
func (p *tab) found() (problems, requests []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.problems), slices.Sorted(maps.Values(p.requests))
}

// look changes how the page is looked at.
func (p *tab) look(v view) {
	p.t.Helper()
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	p.do(chromedp.EmulateViewport(v.width, v.height))
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, actions...))
}

// call gives the browser a command of its protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	out, err := chromedp.Run(p.ctx, func(ctx context.Context, t *chromedp.Target) (R, error) {
		return cdp.Call(ctx, t, command, params)
	})
	require.NoError(p.t, err)
	return out
}

// eval is the value of an expression in the page.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(p.t, err)
	return out
}

// text is the text of an element as a reader sees it.
func (p *tab) text(id string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf("document.getElementById(%q).innerText.replaceAll(/\\s+/g, ' ').trim()", id))
}

// at is where the page stands: what the stepper says, and the address.
func (p *tab) at() (count, hash string) {
	p.t.Helper()
	return p.text("count"), eval[string](p, "location.hash")
}

// fixture reads a verdict.
func fixture(t testing.TB, name string) page.Result {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", name+".json"))
	require.NoError(t, err)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var v verdict.Verdict
	require.NoError(t, d.Decode(&v), name)
	return page.Result{Verdict: &v}
}

// fixtures are the names of all verdicts that there are.
func fixtures(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "testdata", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	return files
}
