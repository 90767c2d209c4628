package rewrite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/relay"
)

// rewritten is what became of a package, as the cache keeps it.
type rewritten struct {
	Files map[string]string // path: file with the new text
	Tests []TestFunc
	Left  Left
}

// complete reports whether the files are still there, as they were.
func (r *rewritten) complete() bool {
	for _, f := range r.Files {
		if !intact(f) {
			return false
		}
	}
	return true
}

// rewriteAll rewrites packages, by path.
func (b *Builder) rewriteAll(ctx context.Context, widest map[string]*Package, need map[string]bool, tests bool, targets []*Target) (map[string]*rewritten, error) {
	isTarget := map[string]bool{}
	for _, t := range targets {
		isTarget[t.ImportPath], isTarget[t.ImportPath+"_test"] = true, true
	}
	results := map[string]*rewritten{}
	var mu sync.Mutex
	var first error
	paths := sortedKeys(need)
	done := 0
	inParallel(paths, func(path string) {
		p := widest[path]
		if p == nil || !p.rewritten() || len(p.CgoFiles) > 0 && !p.Standard || len(p.GoFiles) == 0 || ctx.Err() != nil {
			return
		}
		r, err := b.rewrite(p, tests && isTarget[path], !tests && isTarget[path])
		mu.Lock()
		defer mu.Unlock()
		done++
		b.say("rewriting: %d of %d packages", done, len(paths))
		if err != nil && first == nil {
			first = fmt.Errorf("%s cannot be rewritten: %w", path, err)
		}
		results[path] = r
	})
	return results, first
}

// inParallel calls f with each of the items, for as many at once as there are
// processors, and returns when all calls have.
func inParallel[T any](items []T, f func(T)) {
	limit := make(chan bool, max(1, runtime.NumCPU()))
	var all relay.Group
	for _, x := range items {
		all.Go(func() {
			limit <- true
			defer func() { <-limit }()
			f(x)
		})
	}
	all.Wait()
}

// rewrite rewrites a package, or takes from the cache what became of it.
func (b *Builder) rewrite(p *Package, tests, main bool) (*rewritten, error) {
	h := sha256.New()
	fmt.Fprintln(h, b.runtimeKey, b.goVersion, b.arch, p.path(), p.version(), b.detects(), tests, main)
	p.built(h)
	for _, path := range p.goFiles() {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
	}
	entry := filepath.Join(b.Cache, hex.EncodeToString(h.Sum(nil))+".json")
	if text, err := os.ReadFile(entry); err == nil {
		r := new(rewritten)
		if json.Unmarshal(text, r) == nil && r.complete() {
			uses(entry)
			return r, nil
		}
	}
	files, err := b.check(p)
	if err != nil {
		return nil, err
	}
	r := &rewritten{Files: map[string]string{}}
	rename := map[types.Object]string{}
	for _, s := range files {
		s.prepare(tests)
		for o, n := range s.renamed {
			rename[o] = n
		}
		r.Tests, r.Left = append(r.Tests, s.found...), r.Left.and(s.left)
	}
	if main {
		if program(files, rename) == "" {
			return nil, errors.New("it has no function main, and no function scenario() error")
		}
		for _, s := range files {
			r.Tests = append(r.Tests, s.found...)
		}
	}
	globals(files, func(path string) bool { return b.byPath[path] != nil && b.byPath[path].Standard })
	if p.Standard && p.path() == "net" && sockets(files) {
		if r.Files[filepath.Join(p.Dir, "zz_ipccheck_sockets.go")], err = b.keep(socketsFile); err != nil {
			return nil, err
		}
	}
	if p.Standard && p.path() == "os/signal" {
		if !signals(files) {
			return nil, fmt.Errorf("package os/signal of %s is not the one that ipccheck knows", b.goVersion)
		}
		if r.Files[filepath.Join(p.Dir, "zz_ipccheck_signals.go")], err = b.keep(signalsFile); err != nil {
			return nil, err
		}
	}
	for _, s := range files {
		s.rerefer(rename)
		text := s.finish()
		if text == nil {
			continue
		}
		if r.Files[s.path], err = b.keep(text); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return r, writeFile(entry, text)
}
