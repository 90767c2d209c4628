package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/logfile"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

var linFlags = append([]flagDef{
	{"spec", false}, {"format", false}, {"steps", false}, {"memory", false}, {"timeout", false},
	{"html", false}, {"schema", true},
}, outputFlags...)

// extensions are those of the files that are taken from a directory.
var extensions = []string{".jsonl", ".ndjson", ".log", ".hist", ".history", ".edn"}

// decision is a command line of lin, understood.
type decision struct {
	names   []string
	spec    string
	format  logfile.Format
	budget  linear.Budget
	timeout time.Duration
	html    string
	output
}

func parseLin(args []string) (decision, bool, error) {
	var x decision
	p, err := parse("lin", args, linFlags)
	if err != nil {
		return x, false, err
	}
	if p.on("schema") {
		return x, true, nil
	}
	if len(p.names) == 0 {
		return x, false, usagef("lin: which history? Give files, directories, or - for standard input")
	}
	x.names, x.spec, x.format = p.names, p.flags["spec"], logfile.Format(p.flags["format"])
	if _, given := p.flags["spec"]; given {
		if _, err := linear.ParseSpec(x.spec); err != nil {
			return x, false, usagef("lin: -spec: %v", err)
		}
	}
	if _, given := p.flags["format"]; given && !slices.Contains([]logfile.Format{logfile.JSONL, logfile.Violin, logfile.Fastlin, logfile.EDN}, x.format) {
		return x, false, usagef("lin: -format %s: expected jsonl, violin, fastlin or edn", quote(string(x.format)))
	}
	steps, err := p.number("lin", "steps", 1, math.MaxInt64, 0)
	if err != nil {
		return x, false, err
	}
	memory, err := p.number("lin", "memory", 1, math.MaxInt64>>20, 1024)
	if err != nil {
		return x, false, err
	}
	x.budget = linear.Budget{Steps: int64(steps), Bytes: int64(memory) << 20}
	if x.timeout, err = p.timeout("lin"); err != nil {
		return x, false, err
	}
	if x.html, err = p.file("lin", "html"); err != nil {
		return x, false, err
	}
	x.output, err = p.output("lin")
	return x, false, err
}

func (t *tool) cmdLin(ctx context.Context, args []string) (int, error) {
	x, schema, err := parseLin(args)
	if err != nil {
		return 0, err
	}
	if schema {
		_, err := t.stdout.Write(logfile.Schema)
		return exitPass, err
	}
	files, err := histories(x.names)
	if err != nil {
		return 0, err
	}
	if x.html != "" && len(files) > 1 {
		return 0, usagef("lin: -html shows one history, and there are %d", len(files))
	}
	if err := x.begin(); err != nil {
		return 0, err
	}
	ctx, cancel := within(ctx, x.timeout)
	defer cancel()
	code := exitPass
	var vs []*verdict.Verdict
	for i, name := range files {
		v, err := t.linOne(ctx, x, name)
		var u *usageError
		switch {
		case errors.As(err, &u) && len(files) > 1:
			// The others are judged all the same.
			if err := t.stdout.Flush(); err != nil {
				return 0, err
			}
			fmt.Fprintf(t.stderr, "ipccheck: %v\n", err)
			code = worse(code, exitUsage)
			continue
		case err != nil:
			return 0, err
		}
		code = worse(code, exitOf(v.Answer))
		if i > 0 && !x.json && !x.quiet {
			fmt.Fprintln(t.stdout)
		}
		if err := t.print(x.output, v); err != nil {
			return 0, err
		}
		vs = append(vs, v)
	}
	return code, x.end(vs)
}

// histories are the files that the names stand for, those of a directory in
// order of their names.
func histories(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		if name == "-" {
			if slices.Contains(files, "-") {
				return nil, usagef("lin: - is given twice, and standard input is read once")
			}
			files = append(files, name)
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, usagef("lin: %v", err)
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		n := len(files)
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && slices.Contains(extensions, filepath.Ext(path)) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, usagef("lin: %v", err)
		}
		if len(files) == n {
			return nil, usagef("lin: no history in %s: expected files named %s", name, "*"+enumerate(extensions, "or *"))
		}
	}
	return files, nil
}

// linOne judges one history.
func (t *tool) linOne(ctx context.Context, x decision, name string) (*verdict.Verdict, error) {
	begin := time.Now()
	l, err := t.readHistory(x, name)
	if err != nil {
		return nil, err
	}
	text := x.spec
	if text == "" {
		if text = linear.SpecOf(l.Object, l.Capacity); text == "" {
			return nil, usagef("lin: %s does not say which object it is of: give -spec, as in -spec unbounded", show(name))
		}
	}
	config, err := linear.ParseSpec(text)
	if err != nil {
		return nil, usagef("lin: %s: %v", show(name), err)
	}
	spec := model.NewBuffer(config)
	bar := newProgress(t.stderr, t.terminal, show(name))
	words := linear.Words{Item: l.Values.Name, Proc: func(p int) string { return fmt.Sprintf("process %d", p) }}
	options := linear.Options{Budget: x.budget, Context: ctx, Progress: func(done, all int) {
		bar.say(func() string { return fmt.Sprintf("%d of %d items placed", done, all) })
	}}
	v := linear.Verdict(show(name), spec, l.History, words, options)
	bar.clear()
	if v.Answer == verdict.Inconclusive && ctx.Err() != nil {
		v.Reason += ": " + why(ctx)
	}
	v.Params = []verdict.Param{{Name: "spec", Value: text}}
	if name != "-" {
		for i := range v.Findings {
			v.Findings[i].Trace.Replay = linReplay + text + "#" + name
		}
	}
	v.ElapsedMS = time.Since(begin).Milliseconds()
	if x.html != "" {
		var b bytes.Buffer
		if err := linear.HTML(ctx, &b, spec, l.History, words, x.budget); err != nil {
			return nil, usagef("lin: -html: %v", err)
		}
		if err := writeFile(x.html, "lin: -html", b.Bytes()); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// linReplay begins the replay strings of histories: lin:SPEC#FILE.
const linReplay = "lin:"

func show(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

func (t *tool) readHistory(x decision, name string) (*logfile.Log, error) {
	var r io.Reader = t.stdin
	size := int64(0)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, usagef("lin: %v", err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			size = info.Size()
		}
		r = f
	}
	bar := newProgress(t.stderr, t.terminal, show(name))
	defer bar.clear()
	l, err := logfile.Read(r, show(name), x.format, func(n int64) {
		bar.say(func() string {
			if size > 0 {
				return fmt.Sprintf("%d of %d MB read", n>>20, size>>20)
			}
			return fmt.Sprintf("%d MB read", n>>20)
		})
	})
	if err != nil {
		return nil, usagef("%v", err)
	}
	return l, nil
}

// replayHistory judges the history of a replay string again.
func (t *tool) replayHistory(ctx context.Context, text string, width int, json bool) (int, error) {
	spec, file, ok := strings.Cut(strings.TrimPrefix(text, linReplay), "#")
	if !ok || file == "" {
		return 0, usagef("replay: %s: expected %sSPEC#FILE", quote(text), linReplay)
	}
	args := []string{"-spec", spec}
	if json {
		args = append(args, "-json")
	}
	if width > 0 {
		args = append(args, "-width", fmt.Sprint(width))
	}
	return t.cmdLin(ctx, append(args, "--", file))
}
