package rewrite

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Tests builds the tests of the packages that the patterns name.
func (b *Builder) Tests(ctx context.Context, patterns []string) ([]*Target, error) {
	return b.build(ctx, true, patterns)
}

// Program builds one program.
func (b *Builder) Program(ctx context.Context, patterns []string) (*Target, error) {
	ts, err := b.build(ctx, false, patterns)
	if err != nil {
		return nil, err
	}
	if len(ts) != 1 {
		return nil, fmt.Errorf("%s: expected one package, there are %d: arguments of the program follow --", strings.Join(patterns, " "), len(ts))
	}
	return ts[0], nil
}

func (b *Builder) build(ctx context.Context, tests bool, patterns []string) ([]*Target, error) {
	if err := b.init(ctx); err != nil {
		return nil, err
	}
	b.patterns = patterns
	pkgs, err := b.list(ctx, tests, patterns)
	if err != nil {
		return nil, err
	}
	b.byPath, b.foreign, b.assembly = map[string]*Package{}, map[string]bool{}, map[string]map[string]bool{}
	widest := map[string]*Package{} // by path: the variant with the tests, if there is one
	for _, p := range pkgs {
		b.byPath[p.ImportPath] = p
		if p.ForTest == p.path() || widest[p.path()] == nil {
			widest[p.path()] = p
		}
		if len(p.CgoFiles) > 0 && !p.Standard {
			b.foreign[p.path()] = true
		}
		if len(p.SFiles) > 0 && !p.Standard {
			if b.assembly[p.path()], err = assembly(p); err != nil {
				return nil, err
			}
		}
	}
	targets := b.targets(pkgs, tests)
	need := b.dependencies(targets)
	results, err := b.rewriteAll(ctx, widest, need, tests, targets)
	if err != nil {
		return nil, err
	}
	var needed []*Package
	for _, path := range sortedKeys(need) {
		if p := widest[path]; p != nil {
			needed = append(needed, p)
		}
	}
	if b.copied, err = b.copies(needed, results); err != nil {
		return nil, err
	}
	overlay, key, err := b.overlay(results)
	if err != nil {
		return nil, err
	}
	var linked []*Target
	for _, t := range targets {
		r, x := results[t.ImportPath], results[t.ImportPath+"_test"]
		if r != nil {
			t.Tests, t.Left = append(t.Tests, r.Tests...), t.Left.and(r.Left)
		}
		if x != nil {
			t.Tests, t.Left = append(t.Tests, x.Tests...), t.Left.and(x.Left)
		}
		if t.Err == "" && (!tests || len(t.Tests) > 0) {
			linked = append(linked, t)
		}
	}
	inParallel(linked, func(t *Target) { b.link(ctx, t, tests, overlay, key) })
	for _, t := range targets {
		if b.detects() {
			t.plain = func(ctx context.Context) (*Target, error) { return b.without(ctx, t, tests, patterns) }
			b.retry(ctx, t)
		} else {
			t.Unjudged = b.noDetector
		}
	}
	return targets, ctx.Err()
}

// targets are the packages that the patterns name. Those that cannot be built as
// they are, or must not be, say so.
func (b *Builder) targets(pkgs []*Package, tests bool) []*Target {
	var targets []*Target
	for _, p := range pkgs {
		if p.DepOnly || p.ForTest != "" || strings.HasSuffix(p.ImportPath, ".test") && p.Name == "main" && p.Dir == "" {
			continue
		}
		if tests && strings.HasSuffix(p.ImportPath, ".test") {
			continue
		}
		targets = append(targets, &Target{ImportPath: p.ImportPath, Dir: p.Dir, program: !tests, from: b})
	}
	for _, t := range targets {
		t.Err = b.userError(t.ImportPath, tests)
		p := b.byPath[t.ImportPath]
		if t.Err == "" && !tests && len(p.GoFiles)+len(p.CgoFiles) == 0 {
			t.Err = strings.Join(b.patterns, " ") + " has no program, but tests: ipccheck test runs those"
		}
		if t.Err == "" && p.Standard {
			t.Err, t.Own = "package "+t.ImportPath+" is part of the standard library, which is not rewritten", true
		} else if t.Err == "" && b.foreign[t.ImportPath] && (!tests || len(p.TestGoFiles)+len(p.XTestGoFiles) > 0) {
			t.Err, t.Own = "package "+t.ImportPath+" uses cgo, which cannot be controlled", true
		}
	}
	return targets
}

// dependencies are the paths of the packages outside the standard library that
// the targets consist of.
func (b *Builder) dependencies(targets []*Target) map[string]bool {
	need := map[string]bool{}
	for _, t := range targets {
		if t.Err != "" {
			continue
		}
		for _, id := range []string{t.ImportPath, t.ImportPath + " [" + t.ImportPath + ".test]", t.ImportPath + "_test [" + t.ImportPath + ".test]"} {
			if p := b.byPath[id]; p != nil {
				need[p.path()] = true
				for _, d := range p.Deps {
					if q := b.byPath[d]; q != nil && q.rewritten() {
						need[q.path()] = true
					}
				}
			}
		}
	}
	return need
}

// userError is what is wrong with a package before anything is rewritten.
func (b *Builder) userError(path string, tests bool) string {
	ids := []string{path}
	if tests {
		ids = append(ids, path+" ["+path+".test]", path+"_test ["+path+".test]")
	}
	for _, id := range ids {
		p := b.byPath[id]
		if p == nil {
			continue
		}
		if p.Error != nil {
			if !tests && strings.Contains(p.Error.Err, "function main is undeclared in the main package") {
				continue // it may have a scenario
			}
			text := errorText(p.Error.Pos, p.Error.Err)
			if info, err := os.Stat(filepath.Join(b.Dir, path)); err == nil && info.IsDir() && strings.Contains(text, "is not in std") {
				text += "; the directory is called ./" + path
			}
			return text
		}
		for _, e := range p.DepsErrors {
			if e != nil {
				return errorText(e.Pos, e.Err)
			}
		}
	}
	return ""
}

func errorText(pos, text string) string {
	text = strings.TrimSpace(text)
	if pos != "" && !strings.Contains(text, pos) && !strings.HasPrefix(text, "#") {
		text = pos + ": " + text
	}
	return text
}

func (b *Builder) init(ctx context.Context) error {
	out, err := goCommand(ctx, b.Dir, nil, "env", "-json", "GOROOT", "GOARCH", "GOVERSION", "GOMODCACHE", "GOFLAGS")
	if err != nil {
		return err
	}
	var env struct{ GOROOT, GOARCH, GOVERSION, GOMODCACHE, GOFLAGS string }
	if err := json.Unmarshal(out, &env); err != nil {
		return err
	}
	b.goroot, b.arch, b.goVersion, b.modCache = env.GOROOT, env.GOARCH, env.GOVERSION, env.GOMODCACHE
	b.goFlags = env.GOFLAGS
	if b.Cache == "" {
		b.Cache = CacheDir()
	}
	if err := openCache(b.Cache); err != nil {
		return err
	}
	return b.readRuntime()
}
