package rewrite

import (
	"context"
	"slices"
	"strings"
)

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
