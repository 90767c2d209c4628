package rewrite

import (
	"context"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/relay"
)

// detects reports whether what is built has the race detector.
func (b *Builder) detects() bool { return slices.Contains(b.flags, "-race") }

// list lists the packages, for a build with the race detector if that is wanted
// and there is one.
func (b *Builder) list(ctx context.Context, tests bool, patterns []string) ([]*Package, error) {
	b.say("listing packages, and building what they import")
	own := b.Flags
	if b.Debugger {
		own = slices.Concat(b.unoptimised(ctx), own)
	}
	b.flags, b.noDetector = own, "-race=false"
	if b.Detector == WithoutDetector {
		return list(ctx, b.Dir, tests, exporting(b.flags), patterns)
	}
	b.flags = append(slices.Clone(own), "-race")
	pkgs, err := listDetecting(ctx, b.Dir, tests, own, patterns)
	if err == nil || b.Detector == DetectorRequired || !strings.Contains(err.Error(), "-race") {
		return pkgs, err
	}
	b.flags, b.noDetector = own, strings.TrimPrefix(firstLine(err.Error()), "go: ")
	return list(ctx, b.Dir, tests, exporting(b.flags), patterns)
}

func exporting(flags []string) []string { return append(slices.Clone(flags), "-export") }

// listDetecting lists packages as they are built with the race detector. The export data are
// those of a build without, which mostly is there already, where that makes no difference: the
// standard library offers the same in both. Compiling it once more with the detector, for its
// types alone, would take the first run on a machine twice as long.
func listDetecting(ctx context.Context, dir string, tests bool, flags, patterns []string) ([]*Package, error) {
	var plain []*Package
	var failed error
	var both relay.Group
	both.Go(func() { plain, failed = list(ctx, dir, tests, exporting(flags), patterns) })
	detecting := append(slices.Clone(flags), "-race")
	pkgs, err := list(ctx, dir, tests, detecting, patterns)
	both.Wait()
	if err != nil {
		return nil, err
	}
	if failed != nil || !exportsOf(pkgs, plain) {
		return list(ctx, dir, tests, exporting(detecting), patterns)
	}
	return pkgs, nil
}

// exportsOf gives packages the export data, and the errors of the compiler, of those of a build
// without the race detector. It reports false if one that is not of the standard library has
// other files in that build.
func exportsOf(pkgs, plain []*Package) bool {
	without := map[string]*Package{}
	for _, p := range plain {
		without[p.ImportPath] = p
	}
	for _, p := range pkgs {
		q := without[p.ImportPath]
		switch {
		case q != nil && (p.Standard || p.sameFiles(q)):
			p.Export, p.Error, p.DepsErrors = q.Export, q.Error, q.DepsErrors
		case !p.Standard:
			return false
		}
	}
	return true
}

// sameFiles reports whether a package is made of the same files as another one.
func (p *Package) sameFiles(q *Package) bool {
	return slices.Equal(p.GoFiles, q.GoFiles) && slices.Equal(p.CgoFiles, q.CgoFiles) && slices.Equal(p.SFiles, q.SFiles) &&
		slices.Equal(p.EmbedFiles, q.EmbedFiles) && slices.Equal(p.TestGoFiles, q.TestGoFiles) && slices.Equal(p.XTestGoFiles, q.XTestGoFiles)
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
