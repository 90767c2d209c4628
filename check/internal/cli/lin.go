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
	"github.com/ipccheck/ipccheck/check/internal/relay"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

func init() { register(40, linCommand) }

var linCommand = command{
	name: "lin", args: "HISTORY... [flags]", brief: "HISTORY: decide a recorded history",
	about: `Decides whether recorded histories can be explained by what an object promises.
A HISTORY is a file, a directory (all files in it with a name as below; of what
Jepsen writes only history.edn), or - for standard input. It is packed with gzip
or not, in one of the formats

` + strings.TrimSuffix(logfile.Help(), "\n"),
	flags: linFlags,
	examples: []string{
		"ipccheck lin history.jsonl -spec bounded:4",
		"ipccheck lin -spec unbounded,weak logs/",
		"zstd -dc history.jsonl.zst | ipccheck lin -",
	},
	exits: `0 pass, 1 fail, 2 a history that cannot be read, usage or output error, 3 inconclusive. Of several histories the worst counts.`,
	run:   (*tool).cmdLin,
}

var linFlags = append([]flagDef{
	{name: "spec", value: "s", help: "what the object promises: unbounded, bounded:K, rendezvous, mailbox (the order of each producer), bag (no order), the last two bounded with :K, or stream:BYTES:ATOMIC (of bytes, up to ATOMIC at once, BYTES unbuffered if it holds nothing, and perhaps ,short: reads may get fewer than there are); and when it may refuse: ,weak (also while the other side is at work), ,abortable (while anybody else is) or ,spurious (at any time); a deadline is a refusal too, unless ,deadlines says that it may come at any time. Default: what the header of the history says"},
	formatFlag,
	{name: "steps", value: "n", help: "give up, inconclusively, after n steps of the search (default: a bound that grows with the history)"},
	{name: "memory", value: "n", help: "give up, inconclusively, when porcupine needs about n MiB (default 1024)"},
	{name: "timeout", value: "t", help: "give up, inconclusively, after a time as in 90s or 1h30m, for all histories together (default: no limit)"},
	{name: "porcupine", value: "file", file: true, help: "draw the history with porcupine, up to 2000 operations"},
	{name: "schema", help: "print the JSON schema of a line of a history"},
}, outputFlags()...)

// formatFlag chooses a format of histories.
var formatFlag = flagDef{
	name: "format", value: "f", help: words.List(logfile.Formats(), "or") + " (default: what it looks like)",
	values: logfile.Formats(),
}

// decision is a command line of lin, understood.
type decision struct {
	names   []string
	spec    string
	format  logfile.Format
	budget  linear.Budget
	timeout time.Duration
	picture string
	output  output
}

func (t *tool) parseLin(args []string) (decision, bool, error) {
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
	x.names, x.spec = p.names, p.flags["spec"]
	if _, given := p.flags["spec"]; given {
		if _, err := linear.ParseObject(x.spec); err != nil {
			return x, false, usagef("lin: -spec: %v", err)
		}
	}
	format, err := p.word("lin", formatFlag)
	if err != nil {
		return x, false, err
	}
	x.format = logfile.Format(format)
	steps, err := p.number("lin", "steps", 1, math.MaxInt64, 0)
	if err != nil {
		return x, false, err
	}
	memory, err := p.number("lin", "memory", 1, math.MaxInt64>>20, 1024)
	if err != nil {
		return x, false, err
	}
	x.budget = linear.Budget{Steps: int64(steps), Bytes: int64(memory) << 20}
	if x.timeout, err = p.duration("lin", "timeout", "90s or 1h30m", 0); err != nil {
		return x, false, err
	}
	if x.picture, err = p.file("lin", "porcupine"); err != nil {
		return x, false, err
	}
	x.output, err = t.output("lin", p)
	return x, false, err
}

func (t *tool) cmdLin(ctx context.Context, args []string) (int, error) {
	x, schema, err := t.parseLin(args)
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
	if x.picture != "" && len(files) > 1 {
		return 0, usagef("lin: -porcupine shows one history, and there are %d", len(files))
	}
	if x.picture != "" {
		if err := writable(x.picture, "lin: -porcupine"); err != nil {
			return 0, err
		}
	}
	out, err := t.begin(x.output)
	if err != nil {
		return 0, err
	}
	ctx, cancel := within(ctx, x.timeout)
	defer cancel()
	for _, name := range files {
		v, err := t.linOne(ctx, x, name)
		var u *usageError
		switch {
		case errors.Is(err, errStopped):
			if err := t.stdout.Flush(); err != nil {
				return 0, err
			}
			return exitInconclusive, usagef("lin: %s: stopped before it was read: %s", show(name), why(ctx))
		case errors.As(err, &u) && len(files) > 1:
			// The others are judged all the same.
			if err := t.stdout.Flush(); err != nil {
				return 0, err
			}
			fmt.Fprintf(t.stderr, "ipccheck: %v\n", err)
			out.code = worse(out.code, exitUsage)
			continue
		case err != nil:
			return 0, err
		}
		if err := out.print(report.Result{Verdict: v}); err != nil {
			return 0, err
		}
	}
	return out.code, out.end()
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
			return nil, usagef("lin: %s: %v", words.Quote(name), reason(err))
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		n := len(files)
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && isHistory(path) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, usagef("lin: %v", err)
		}
		if len(files) == n {
			var named []string
			for _, e := range logfile.Extensions() {
				named = append(named, "*"+e)
			}
			return nil, usagef("lin: no history in %s: expected files named %s", name, words.List(named, "or"))
		}
	}
	return files, nil
}

// isHistory reports whether a file in a directory is one of the histories, by its name.
func isHistory(path string) bool {
	path = strings.TrimSuffix(path, ".gz")
	if slices.Contains(besideJepsen, filepath.Base(path)) {
		return false
	}
	return slices.Contains(logfile.Extensions(), filepath.Ext(path))
}

// besideJepsen are files that Jepsen keeps beside history.edn, and that have the name of
// a history.
var besideJepsen = []string{"results.edn", "test.edn", "jepsen.log"}

// linOne judges one history.
func (t *tool) linOne(ctx context.Context, x decision, name string) (*verdict.Verdict, error) {
	begin := time.Now()
	l, err := t.readHistory(ctx, x, name)
	if err != nil {
		return nil, err
	}
	text := x.spec
	if text == "" {
		text = linear.SpecOf(l.Object, l.Capacity)
		if l.Object == logfile.Stream {
			text = linear.StreamOf(l.Capacity, l.Atomic, l.Short)
		}
		if text == "" {
			return nil, usagef("lin: %s does not say which object it is of: give -spec, as in -spec unbounded", show(name))
		}
	}
	spec, err := linear.ParseObject(text)
	if err != nil {
		return nil, usagef("lin: %s: %v", show(name), err)
	}
	if _, stream := spec.(*model.Stream); stream != (l.Object == logfile.Stream) {
		if stream {
			return nil, usagef("lin: %s: its header does not say that the object is a stream, so its values are no bytes, and -spec is %s", show(name), text)
		}
		return nil, usagef("lin: %s: its header says that the object is a stream of bytes, and -spec is %s", show(name), text)
	}
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
	if x.picture != "" {
		var b bytes.Buffer
		if err := linear.HTML(ctx, &b, spec, l.History, words, x.budget); err != nil {
			return nil, usagef("lin: -porcupine: %v", err)
		}
		if err := writeFile(x.picture, "lin: -porcupine", b.Bytes()); err != nil {
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

// errStopped is that the work ended early, before a history was read.
var errStopped = errors.New("stopped")

// readHistory reads a history. Opening a named pipe waits for somebody who writes, and
// so does reading; both go on in the background if the work ends before.
func (t *tool) readHistory(ctx context.Context, x decision, name string) (*logfile.Log, error) {
	type answer struct {
		log   *logfile.Log
		err   error
		panic *relay.Panic
	}
	bar := newProgress(t.stderr, t.terminal, show(name))
	defer bar.clear()
	done := make(chan answer, 1)
	go func() {
		var a answer
		a.panic = relay.Call(func() { a.log, a.err = readFile(ctx, x, name, t.stdin, bar) })
		done <- a
	}()
	var a answer
	select {
	case a = <-done:
	case <-ctx.Done():
		if !regular(name, t.stdin) {
			return nil, errStopped
		}
		a = <-done // soon
	}
	if a.panic != nil {
		panic(a.panic)
	}
	return a.log, a.err
}

// regular reports whether reading the file waits for nobody.
func regular(name string, stdin io.Reader) bool {
	if name != "-" {
		info, err := os.Stat(name)
		return err == nil && info.Mode().IsRegular()
	}
	f, ok := stdin.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

func readFile(ctx context.Context, x decision, name string, stdin io.Reader, bar *progress) (*logfile.Log, error) {
	r := stdin
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
	l, err := logfile.Read(r, show(name), x.format, func(n int64) {
		if ctx.Err() != nil {
			return // nobody waits for it
		}
		bar.say(func() string {
			if n <= size { // else it is packed, or no file
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
func (t *tool) replayHistory(ctx context.Context, text string) (*verdict.Verdict, error) {
	spec, file, ok := strings.Cut(strings.TrimPrefix(text, linReplay), "#")
	if !ok || file == "" {
		return nil, usagef("replay: %s: expected %sSPEC#FILE", words.Quote(text), linReplay)
	}
	x, _, err := t.parseLin([]string{"-spec", spec, "--", file})
	if err != nil {
		return nil, err
	}
	v, err := t.linOne(ctx, x, file)
	if errors.Is(err, errStopped) {
		return nil, usagef("replay: %s: stopped before it was read: %s", file, why(ctx))
	}
	return v, err
}
