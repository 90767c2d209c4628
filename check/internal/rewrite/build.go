package rewrite

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/embedded"
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	ipcrt "github.com/ipccheck/ipccheck/check/internal/rt"
	"github.com/ipccheck/ipccheck/check/internal/search"
	_ "github.com/ipccheck/ipccheck/check/sched"   // adds its source code
	_ "github.com/ipccheck/ipccheck/check/verdict" // adds its source code
)

// sources are part of every key of the cache: it changes when the edits do.
//
//go:embed *.go child/*.go wire/*.go
var sources embed.FS

// Builder builds rewritten programs.
type Builder struct {
	Dir   string   // where the go command is run
	Flags []string // of the go command: -tags and the like, not -race
	Cache string   // directory for what has been rewritten and built; "": the user's cache directory
	// Detector says whether what is built has the race detector.
	Detector Detector
	// Progress, if not nil, is told what is under way.
	Progress func(text string)

	patterns                []string // what is built
	flags                   []string // Flags, and what the detector needs
	noDetector              string   // why there is none, though it was wanted
	goroot, arch, goVersion string
	modCache                string          // the user's
	copied                  string          // ours, "": none is needed
	foreign                 map[string]bool // packages with cgo
	byPath                  map[string]*Package
	runtime                 map[string][]byte // path in GOROOT: text
	runtimeKey              string
}

// Target is a package with tests, or a program.
type Target struct {
	ImportPath string
	Dir        string
	Tests      []TestFunc // in the order of the files
	Binary     string     // "" if it has no tests, or cannot be built
	// Err says why it cannot be built: what the compiler says of the user's code,
	// or, with Own set, of what became of it.
	Err string
	Own bool

	program bool // and no package with tests
	// Unjudged says why data races are not judged; "" if they are.
	Unjudged string
	// plain builds the same without the race detector; nil if this has none.
	plain func(ctx context.Context) (*Target, error)
}

// rewritten is what became of a package, as the cache keeps it.
type rewritten struct {
	Files map[string]string // path: file with the new text
	Tests []TestFunc
}

func (b *Builder) init(ctx context.Context) error {
	out, err := goCommand(ctx, b.Dir, nil, "env", "-json", "GOROOT", "GOARCH", "GOVERSION", "GOMODCACHE")
	if err != nil {
		return err
	}
	var env struct{ GOROOT, GOARCH, GOVERSION, GOMODCACHE string }
	if err := json.Unmarshal(out, &env); err != nil {
		return err
	}
	b.goroot, b.arch, b.goVersion, b.modCache = env.GOROOT, env.GOARCH, env.GOVERSION, env.GOMODCACHE
	if b.Cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			dir = os.TempDir()
		}
		b.Cache = filepath.Join(dir, "ipccheck")
	}
	if err := os.MkdirAll(b.Cache, 0o700); err != nil {
		return err
	}
	b.runtime = map[string][]byte{}
	for path, source := range map[string]embed.FS{"exec": exec.Files, "prim": prim.Files, "rt": ipcrt.Files, "sched": embedded.Of("sched"), "search": search.Files, "verdict": embedded.Of("verdict"), "image": image.Files, "rewrite": sources} {
		err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || filepath.Base(name) == "files.go" || path == "rewrite" && !strings.Contains(name, "/") {
				return err
			}
			text, err := source.ReadFile(name)
			if err != nil {
				return err
			}
			b.runtime[filepath.Join(b.goroot, "src", "ipccheck", path, name)] = virtualImports.ReplaceAll(text, []byte(`"ipccheck/`))
			return nil
		})
		if err != nil {
			return err
		}
	}
	for name, text := range image.Overlay() {
		b.runtime[filepath.Join(b.goroot, "src", name)] = text
	}
	h := sha256.New()
	for _, name := range sortedKeys(b.runtime) {
		fmt.Fprintf(h, "%s\x00%s\x00", name, b.runtime[name])
	}
	err = fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := sources.ReadFile(name)
		fmt.Fprintf(h, "%s\x00%s\x00", name, text)
		return err
	})
	if err != nil {
		return err
	}
	b.runtimeKey = hex.EncodeToString(h.Sum(nil))
	return nil
}

// virtualImports is how the packages of the runtime name one another; see [virtual].
var virtualImports = regexp.MustCompile(`"` + regexp.QuoteMeta(own) + `(internal/)?`)

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (b *Builder) say(format string, args ...any) {
	if b.Progress != nil {
		b.Progress(fmt.Sprintf(format, args...))
	}
}

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
		return nil, fmt.Errorf("%s: expected one package, there are %d", strings.Join(patterns, " "), len(ts))
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
	b.byPath = map[string]*Package{}
	widest := map[string]*Package{} // by path: the variant with the tests, if there is one
	for _, p := range pkgs {
		b.byPath[p.ImportPath] = p
		if p.ForTest == p.path() || widest[p.path()] == nil {
			widest[p.path()] = p
		}
	}
	var targets []*Target
	for _, p := range pkgs {
		if p.DepOnly || p.ForTest != "" || strings.HasSuffix(p.ImportPath, ".test") && p.Name == "main" && p.Dir == "" {
			continue
		}
		if tests && strings.HasSuffix(p.ImportPath, ".test") {
			continue
		}
		targets = append(targets, &Target{ImportPath: p.ImportPath, Dir: p.Dir, program: !tests})
	}
	b.foreign = map[string]bool{}
	for _, p := range pkgs {
		if len(p.CgoFiles) > 0 && !p.Standard {
			b.foreign[p.path()] = true
		}
	}
	for _, t := range targets {
		t.Err = b.userError(t.ImportPath, tests)
		if p := b.byPath[t.ImportPath]; t.Err == "" && p.Standard {
			t.Err, t.Own = "package "+t.ImportPath+" is part of the standard library, which is not rewritten", true
		} else if t.Err == "" && b.foreign[t.ImportPath] && (!tests || len(p.TestGoFiles)+len(p.XTestGoFiles) > 0) {
			t.Err, t.Own = "package "+t.ImportPath+" uses cgo, which cannot be controlled", true
		}
	}
	// Rewrite what they need.
	need := map[string]bool{}
	for _, t := range targets {
		if t.Err != "" {
			continue
		}
		for _, id := range []string{t.ImportPath, t.ImportPath + " [" + t.ImportPath + ".test]", t.ImportPath + "_test [" + t.ImportPath + ".test]"} {
			if p := b.byPath[id]; p != nil {
				need[p.path()] = true
				for _, d := range p.Deps {
					if q := b.byPath[d]; q != nil && !q.Standard {
						need[q.path()] = true
					}
				}
			}
		}
	}
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
	limit := make(chan bool, max(1, runtime.NumCPU()))
	var all sync.WaitGroup
	for _, t := range targets {
		r, x := results[t.ImportPath], results[t.ImportPath+"_test"]
		if r != nil {
			t.Tests = append(t.Tests, r.Tests...)
		}
		if x != nil {
			t.Tests = append(t.Tests, x.Tests...)
		}
		if t.Err != "" || tests && len(t.Tests) == 0 {
			continue
		}
		all.Add(1)
		go func() {
			defer all.Done()
			limit <- true
			defer func() { <-limit }()
			b.link(ctx, t, tests, overlay, key)
		}()
	}
	all.Wait()
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
			return errorText(p.Error.Pos, p.Error.Err)
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

// rewriteAll rewrites packages, by path.
func (b *Builder) rewriteAll(ctx context.Context, widest map[string]*Package, need map[string]bool, tests bool, targets []*Target) (map[string]*rewritten, error) {
	isTarget := map[string]bool{}
	for _, t := range targets {
		isTarget[t.ImportPath], isTarget[t.ImportPath+"_test"] = true, true
	}
	results := map[string]*rewritten{}
	var mu sync.Mutex
	var first error
	limit := make(chan bool, max(1, runtime.NumCPU()))
	var all sync.WaitGroup
	paths := sortedKeys(need)
	done := 0
	for _, path := range paths {
		p := widest[path]
		if p == nil || p.Standard || len(p.CgoFiles) > 0 || len(p.GoFiles) == 0 {
			continue
		}
		all.Add(1)
		go func() {
			defer all.Done()
			limit <- true
			defer func() { <-limit }()
			if ctx.Err() != nil {
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
		}()
	}
	all.Wait()
	return results, first
}

// rewrite rewrites a package, or takes from the cache what became of it.
func (b *Builder) rewrite(p *Package, tests, main bool) (*rewritten, error) {
	h := sha256.New()
	fmt.Fprintln(h, b.runtimeKey, b.goVersion, b.arch, p.path(), p.version(), p.Export, tests, main)
	for _, name := range p.GoFiles {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(p.Dir, name)
		}
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
		r.Tests = append(r.Tests, s.found...)
	}
	if main {
		if program(files, rename) == "" {
			return nil, errors.New("it has no function main, and no function scenario() error")
		}
		for _, s := range files {
			r.Tests = append(r.Tests, s.found...)
		}
	}
	globals(files)
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

// complete reports whether the files are still there.
func (r *rewritten) complete() bool {
	for _, f := range r.Files {
		if _, err := os.Stat(f); err != nil {
			return false
		}
	}
	return true
}

// keep writes a text to the cache and returns the file.
func (b *Builder) keep(text []byte) (string, error) {
	sum := sha256.Sum256(text)
	file := filepath.Join(b.Cache, hex.EncodeToString(sum[:])+".go")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	return file, writeFile(file, text)
}

// writeFile writes a file at once: another process sees all of it or nothing.
func writeFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// overlay writes the overlay file of the go command, and returns it and a key of
// all that it replaces.
func (b *Builder) overlay(results map[string]*rewritten) (file, key string, err error) {
	replace := map[string]string{}
	for _, name := range sortedKeys(b.runtime) {
		if replace[name], err = b.keep(b.runtime[name]); err != nil {
			return "", "", err
		}
	}
	for _, r := range results {
		if r != nil {
			for from, to := range r.Files {
				if !b.cached(from) {
					replace[from] = to
				}
			}
		}
	}
	overlay, err := json.MarshalIndent(map[string]any{"Replace": replace}, "", " ")
	if err != nil {
		return "", "", err
	}
	text := slices.Clone(overlay)
	for _, path := range sortedKeys(results) {
		if r := results[path]; r != nil {
			for _, from := range sortedKeys(r.Files) {
				text = append(text, from+r.Files[from]...)
			}
		}
	}
	sum := sha256.Sum256(text)
	key = hex.EncodeToString(sum[:])
	file = filepath.Join(b.Cache, key+".overlay")
	return file, key, writeFile(file, overlay)
}

// link builds the program of a target.
func (b *Builder) link(ctx context.Context, t *Target, tests bool, overlay, key string) {
	h := sha256.New()
	fmt.Fprintln(h, key, b.goVersion, b.arch, b.flags, t.ImportPath, tests)
	for _, id := range []string{t.ImportPath, t.ImportPath + " [" + t.ImportPath + ".test]", t.ImportPath + "_test [" + t.ImportPath + ".test]", t.ImportPath + ".test"} {
		if p := b.byPath[id]; p != nil {
			fmt.Fprintln(h, p.Export)
			for _, d := range p.Deps {
				if q := b.byPath[d]; q != nil {
					fmt.Fprintln(h, q.Export)
				}
			}
		}
	}
	binary := filepath.Join(b.Cache, hex.EncodeToString(h.Sum(nil))+".bin")
	if _, err := os.Stat(binary); err == nil {
		t.Binary = binary
		return
	}
	b.say("building %s", t.ImportPath)
	tmp := binary + fmt.Sprint(".", os.Getpid())
	args := []string{"build"}
	if tests {
		args = []string{"test", "-c", "-vet=off"}
	}
	args = append(args, b.flags...)
	if b.detects() {
		args = append(args, uninstrumented)
	}
	args = append(args, "-overlay", overlay, "-o", tmp)
	if strings.HasPrefix(t.ImportPath, "command-line-arguments") {
		args = append(args, b.patterns...)
	} else {
		args = append(args, t.ImportPath)
	}
	program := "go"
	var env []string
	if b.copied != "" {
		// A toolchain that the go command has chosen lies in the module cache, too.
		program = filepath.Join(b.goroot, "bin", "go")
		env = []string{"GOMODCACHE=" + b.copied, "GOTOOLCHAIN=local", noIndex(os.Getenv("GODEBUG"))}
	}
	_, err := runGo(ctx, program, b.Dir, env, args...)
	if err == nil {
		err = os.Rename(tmp, binary)
	}
	if err != nil {
		os.Remove(tmp)
		t.Err, t.Own = err.Error()+"\nThe code builds as it is, and not when it is rewritten: this is a limit of ipccheck.", true
		return
	}
	t.Binary = binary
}

// decl finds a function without a receiver.
func (s *source) decl(name string) *ast.FuncDecl {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
			return f
		}
	}
	return nil
}

// detects reports whether what is built has the race detector.
func (b *Builder) detects() bool { return slices.Contains(b.flags, "-race") }

// list lists the packages, for a build with the race detector if that is wanted
// and there is one.
func (b *Builder) list(ctx context.Context, tests bool, patterns []string) ([]*Package, error) {
	b.say("listing packages, and building what they import")
	b.flags, b.noDetector = b.Flags, "-race=false"
	if b.Detector == WithoutDetector {
		return list(ctx, b.Dir, tests, b.flags, patterns)
	}
	b.flags = append(slices.Clone(b.Flags), "-race")
	pkgs, err := list(ctx, b.Dir, tests, b.flags, patterns)
	if err == nil || b.Detector == DetectorRequired || !strings.Contains(err.Error(), "-race") {
		return pkgs, err
	}
	b.flags, b.noDetector = b.Flags, strings.TrimPrefix(firstLine(err.Error()), "go: ")
	return list(ctx, b.Dir, tests, b.flags, patterns)
}

// without builds a target without the race detector.
func (b *Builder) without(ctx context.Context, t *Target, tests bool, patterns []string) (*Target, error) {
	if tests && !strings.HasPrefix(t.ImportPath, "command-line-arguments") {
		patterns = []string{t.ImportPath}
	}
	plain := &Builder{Dir: b.Dir, Flags: b.Flags, Cache: b.Cache, Progress: b.Progress}
	ts, err := plain.build(ctx, tests, patterns)
	if err != nil {
		return nil, err
	}
	return ts[0], nil
}

// retry builds a target without the race detector that does not build with it,
// though it might.
func (b *Builder) retry(ctx context.Context, t *Target) {
	blamed := strings.Contains(t.Err, "-race") || strings.Contains(t.Err, "runtime/cgo") || strings.Contains(t.Err, "runtime/race")
	if b.Detector != DetectorIfPossible || !blamed {
		return
	}
	plain, err := t.plain(ctx)
	if err != nil || plain.Err != "" {
		return
	}
	why := firstLine(t.Err)
	*t = *plain
	t.Unjudged = "the program does not build with the race detector: " + why
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
