package main

import (
	_ "embed"
	"fmt"
	"go/format"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// prelude is what the programs of a bundle have in common.
//
//go:embed prelude.go.txt
var prelude string

// A subject is something that the goroutines of a program share: the variables that
// declare it, and what a goroutine may do with it. In a snippet V is a number of its
// own, K the noter of a goroutine that it starts, and $a the variable a, wherever
// that is.
type subject struct {
	name     string
	vars     []string // name, type and how it is made, if its zero value does not do
	snippets []string
	timed    bool
}

var subjects = []subject{
	{name: "channel", vars: []string{"a chan int make(chan_int,_CAP)"}, snippets: []string{
		"$a <- V",
		"$a <- V; note(`sent`)",
		"note(<-$a)",
		"x, ok := <-$a; note(x, ok)",
		"put($a, V)",
		"note(get($a))",
		"select { case $a <- V: note(`sent`); default: note(`full`) }",
		"select { case x := <-$a: note(x); default: note(`empty`) }",
		"close($a)",
		"note.try(func() { close($a) })",
		"note.try(func() { $a <- V })",
		"for x := range $a { note(x) }",
		"for x := range $a { note(x); break }",
		"note(len($a), cap($a))",
		"defer close($a)",
		"defer func() { $a <- V }()",
		"for i := range 2 { $a <- V + i }",
		"for range 2 { note(<-$a) }",
		"go func() { $a <- V }()",
		"go put($a, V)",
		"func(out chan<- int) { out <- V }($a)",
	}},
	{name: "channels", vars: []string{"a chan int make(chan_int,_CAP)", "b chan int make(chan_int,_CAP)"}, snippets: []string{
		"$a <- V",
		"$b <- V",
		"note(<-$a)",
		"x, ok := <-$b; note(x, ok)",
		"$a <- <-$b",
		"select { case x := <-$a: note(`a`, x); case x, ok := <-$b: note(`b`, x, ok) }",
		"select { case $a <- V: note(`to a`); case x := <-$b: note(`b`, x) }",
		"select { case $a <- V: note(`to a`); case $b <- V: note(`to b`) }",
		"select { case $b <- V: note(`to b`); case x := <-$a: note(`a`, x) }",
		"select { case $a <- <-$b: note(`over`); default: note(`not over`) }",
		"select { case x := <-$a: note(`a`, x); case x := <-$b: note(`b`, x); default: note(`none`) }",
		"var none chan int; select { case <-none: case x := <-$a: note(x) }",
		"in := $a; for range 2 { select { case x, ok := <-in: note(x, ok); in = nil; case $b <- V: note(`to b`) } }",
		"note(either($a, $b))",
		"note.try(func() { close($a) })",
		"note.try(func() { close($b) })",
		"note.try(func() { select { case $a <- V: note(`to a`); case x := <-$b: note(x) } })",
		"for _, ch := range []chan int{$a, $b} { ch <- V }",
		"for _, ch := range []chan int{$b, $a} { select { case x := <-ch: note(x); default: } }",
	}},
	{name: "requests", vars: []string{"reqs chan chan int make(chan_chan_int,_CAP)"}, snippets: []string{
		"reply := make(chan int); $reqs <- reply; note(<-reply)",
		"reply := make(chan int, 1); $reqs <- reply; note(<-reply)",
		"(<-$reqs) <- V",
		"r, ok := <-$reqs; if ok { r <- V }",
		"for r := range $reqs { r <- V }",
		"select { case r := <-$reqs: r <- V; default: note(`nobody asks`) }",
		"reply := make(chan int, 1); select { case $reqs <- reply: note(<-reply); default: note(`busy`) }",
		"note.try(func() { close($reqs) })",
		"r := <-$reqs; go func() { defer close(r); r <- V }()",
	}},
	{name: "mutex", vars: []string{"mu sync.Mutex", "x int"}, snippets: []string{
		"$mu.Lock(); $x += V; note($x); $mu.Unlock()",
		"$mu.Lock(); defer $mu.Unlock(); note($x)",
		"with(&$mu, func() { $x = V })",
		"with(&$mu, func() { note($x) })",
		"if $mu.TryLock() { $x++; note($x); $mu.Unlock() } else { note(`busy`) }",
		"func() { $mu.Lock(); defer $mu.Unlock(); if $x > 20 { note(`large`); return }; $x = V }()",
		"note.try(func() { $mu.Lock(); defer $mu.Unlock(); panic($x) })",
		"func() { $mu.Lock(); old := $x; $mu.Unlock(); $mu.Lock(); $x = old + 1; $mu.Unlock() }()",
		"$mu.Lock()",
		"f := $mu.Unlock; $mu.Lock(); $x *= 2; note($x); f()",
	}},
	{name: "locks", vars: []string{"mu sync.Mutex", "rw sync.RWMutex", "w int"}, snippets: []string{
		"$mu.Lock(); $rw.Lock(); $w += V; $rw.Unlock(); $mu.Unlock()",
		"$rw.RLock(); $mu.Lock(); note($w); $mu.Unlock(); $rw.RUnlock()",
		"with(&$mu, func() { with(&$rw, func() { $w = V }) })",
		"with(&$rw, func() { with(&$mu, func() { note($w) }) })",
		"$rw.RLock(); note($w); $rw.RUnlock()",
		"with($rw.RLocker(), func() { note($w) })",
		"$rw.Lock(); $w++; $rw.Unlock()",
		"if $rw.TryRLock() { note($w); $rw.RUnlock() } else { note(`busy`) }",
		"if $rw.TryLock() { $w = V; $rw.Unlock() } else { note(`busy`) }",
		"$rw.RLock(); $rw.RLock(); note($w); $rw.RUnlock(); $rw.RUnlock()",
		"$rw.RLock()",
		"$rw.RUnlock()",
		"$mu.Unlock()",
	}},
	{name: "atomics", vars: []string{"n atomic.Int32", "u atomic.Uint64", "f atomic.Bool"}, snippets: []string{
		"note($n.Add(V))",
		"$n.Store(V)",
		"note($n.Load())",
		"note($n.Load(), $u.Load())",
		"note($n.CompareAndSwap(0, V))",
		"note($n.Swap(V))",
		"old := $n.Load(); note($n.CompareAndSwap(old, old+1))",
		"for { old := $n.Load(); if $n.CompareAndSwap(old, old*2+1) { note(old); break } }",
		"$u.Add(^uint64(0)); note($u.Load())",
		"note($u.And(V), $n.Or(V))",
		"$u.Store(uint64($n.Load()))",
		"if $f.CompareAndSwap(false, true) { $n.Add(V); $f.Store(false) } else { note(`busy`) }",
		"if $f.Load() { note($n.Load()) } else { $n.Add(1); $f.Store(true) }",
		"note($f.Swap(true))",
		"for range 3 { if $f.Load() { note(`seen`); break }; runtime.Gosched() }",
	}},
	{name: "integers", vars: []string{"i int64", "p atomic.Pointer[int]", "v atomic.Value"}, snippets: []string{
		"note(atomic.AddInt64(&$i, V))",
		"note(atomic.LoadInt64(&$i))",
		"atomic.StoreInt64(&$i, V)",
		"note(atomic.SwapInt64(&$i, V), atomic.CompareAndSwapInt64(&$i, V, 1))",
		"$p.Store(new(int))",
		"w := V; note($p.Swap(&w) == nil)",
		"if q := $p.Load(); q != nil { note(*q) } else { note(`nil`) }",
		"w := V; note($p.CompareAndSwap(nil, &w))",
		"$v.Store(V)",
		"note($v.Load())",
		"note($v.Swap(V))",
		"note.try(func() { $v.Store(`text`) })",
		"note.try(func() { note($v.CompareAndSwap(nil, V)) })",
	}},
	{name: "stack", vars: []string{"st stack[int]"}, snippets: []string{
		"$st.push(V)",
		"note($st.pop())",
		"$st.push(V); note($st.pop())",
	}},
	{name: "waitgroup", vars: []string{"wg sync.WaitGroup", "n atomic.Int32"}, snippets: []string{
		"$wg.Add(1); go func() { defer $wg.Done(); $n.Add(V) }(); $wg.Wait(); note($n.Load())",
		"$wg.Go(func() { K($n.Add(V)) })",
		"$wg.Wait(); note($n.Load())",
		"$wg.Wait()",
		"note.try(func() { $wg.Add(1) })",
		"note.try($wg.Done)",
		"$wg.Add(2); $n.Add(1); $wg.Done(); $wg.Done()",
		"$wg.Add(1); defer $wg.Done(); note($n.Load())",
		"note.try(func() { $wg.Add(-1) })",
		"$n.Store(V)",
		"note($n.Load())",
	}},
	{name: "once", vars: []string{"o sync.Once", "n atomic.Int32", "ov func() int32 sync.OnceValue(func()_int32_{_return_$n.Add(1)_})"}, snippets: []string{
		"$o.Do(func() { $n.Add(V) }); note($n.Load())",
		"$o.Do(func() { $n.Store(V) }); note($n.Load())",
		"note.try(func() { $o.Do(func() { panic($n.Load()) }) })",
		"note($ov())",
		"note($n.Load())",
		"$n.Store(V)",
		"f := sync.OnceFunc(func() { note($n.Add(1)) }); f(); f()",
	}},
	{name: "map", vars: []string{"m sync.Map"}, snippets: []string{
		"$m.Store(1, V)",
		"$m.Store(2, V)",
		"note($m.Load(1))",
		"note($m.LoadOrStore(1, V))",
		"note($m.LoadAndDelete(1))",
		"$m.Delete(1)",
		"note($m.Swap(1, V))",
		"note($m.CompareAndSwap(1, 10, V))",
		"note($m.CompareAndDelete(1, 10))",
		"sum := 0; $m.Range(func(k, v any) bool { sum += v.(int); return true }); note(sum)",
		"$m.Clear()",
	}},
	{name: "cond", vars: []string{"mu sync.Mutex", "c *sync.Cond sync.NewCond(&$mu)", "x int"}, snippets: []string{
		"$mu.Lock(); for $x == 0 { $c.Wait() }; $x--; note($x); $mu.Unlock()",
		"$mu.Lock(); if $x == 0 { $c.Wait() }; $x--; note($x); $mu.Unlock()",
		"$mu.Lock(); $c.Wait(); note(`woken`); $mu.Unlock()",
		"with($c.L, func() { $x++; $c.Signal() })",
		"with($c.L, func() { $x += 2; $c.Broadcast() })",
		"$mu.Lock(); $x++; $mu.Unlock(); $c.Signal()",
		"$c.Signal()",
		"$c.Broadcast()",
	}},
	{name: "queue", vars: []string{"q *queue newQueue()"}, snippets: []string{
		"$q.put(V)",
		"note($q.get())",
		"$q.close()",
		"$q.put(V); note($q.get())",
		"for { x, ok := $q.get(); if !ok { break }; note(x) }",
	}},
	{name: "context", vars: []string{"ctx context.Context nil", "cancel context.CancelFunc nil", "a chan int make(chan_int,_CAP)"}, snippets: []string{
		"<-$ctx.Done(); note($ctx.Err())",
		"note($ctx.Err())",
		"$cancel()",
		"defer $cancel()",
		"select { case <-$ctx.Done(): note(`done`); case x := <-$a: note(x) }",
		"select { case <-$ctx.Done(): note(`done`); case $a <- V: note(`sent`) }",
		"select { case <-$ctx.Done(): note(`done`); default: note(`not yet`) }",
		"child, stop := context.WithCancel($ctx); defer stop(); note(child.Err())",
		"child, stop := context.WithCancelCause($ctx); stop(errors.New(`mine`)); note(context.Cause(child))",
		"stop := context.AfterFunc($ctx, func() { $a <- V }); note(stop())",
		"context.AfterFunc($ctx, func() { select { case $a <- V: default: } })",
		"$a <- V",
		"note(<-$a)",
		"g, gctx := newGroup($ctx); g.Go(func() error { select { case <-gctx.Done(): return nil; case $a <- V: return errors.New(`sent`) } }); g.Go(func() error { select { case <-gctx.Done(): return gctx.Err(); case x := <-$a: return fmt.Errorf(`got %d`, x) } }); note(g.Wait())",
	}},
	{name: "semaphore", vars: []string{"sem chan struct{} make(chan_struct{},_CAP1)", "n atomic.Int32"}, snippets: []string{
		"$sem <- struct{}{}; note($n.Add(1)); $n.Add(-1); <-$sem",
		"select { case $sem <- struct{}{}: note($n.Add(V)); <-$sem; default: note(`busy`) }",
		"func() { $sem <- struct{}{}; defer func() { <-$sem }(); $n.Store(V) }()",
		"note($n.Load())",
		"$sem <- struct{}{}",
		"<-$sem",
	}},
	{name: "ends", vars: []string{"a chan int make(chan_int,_CAP)", "n atomic.Int32"}, snippets: []string{
		"defer note(`last`)",
		"defer func() { note($n.Add(V)) }()",
		"if $n.Load() > 0 { runtime.Goexit() }",
		"defer func() { note(`recovered `, recover()) }(); if $n.Add(1) == 2 { panic(V) }",
		"if $n.Add(1) == 3 { panic(`third`) }",
		"go func() { K.try(func() { close($a) }) }()",
		"$a <- V",
		"note(<-$a)",
		"if $n.Add(1) > 2 { t.Fail() }",
		"var none chan int; if $n.Load() == 2 { <-none }",
		"if $n.Load() == 3 { select {} }",
		"note.try(func() { var m map[string]int; if $n.Add(1) == 2 { m[`a`] = V } })",
		"$n.Add(1)",
	}},
	{name: "rounds", vars: []string{"a chan int make(chan_int,_CAP)", "n atomic.Int32", "f atomic.Bool"}, snippets: []string{
		"q, b := make(chan int), make(chan int, 1); go close(q); go func() { b <- int($n.Add(V)) }(); func() { for { select { case <-q: case x := <-b: note(x); return } } }()",
		"q, b := make(chan int, 1), make(chan int); go func() { q <- V; close(q) }(); go func() { b <- int($n.Add(1)); close(b) }(); overQ, overB := false, false; for !overQ || !overB { select { case x, ok := <-q: if !ok { overQ = true; continue }; note(x); case x, ok := <-b: if !ok { overB = true; continue }; note(x) } }",
		"b := make(chan int); go func() { select { case b <- int($n.Add(V)): case <-$a: }; close(b) }(); func() { for { select { case x, ok := <-b: note(x, ok); return; default: runtime.Gosched() } } }()",
		"q := make(chan int); close(q); go $f.Store(true); for !$f.Load() { select { case <-q: case x := <-$a: note(x) } }",
		"q := make(chan int); close(q); for n := 0; n < 3; { select { case <-q: n++; case x := <-$a: note(n, x) } }",
		"p, q, b := make(chan int), make(chan int, 1), make(chan int); close(p); close(q); go func() { b <- V }(); func() { step := 0; for { select { case <-p: if step == 0 { step = 1 }; case <-q: if step == 1 { step = 2 }; case x := <-b: note(x, step); return } } }()",
		"for { select { case x := <-$a: note(x); default: if $n.Add(1) > 2 { note($n.Load()); break }; continue }; break }",
		"$a <- V",
		"note(<-$a)",
		"note($n.Add(1))",
		"$f.Store(true)",
		"select { case $a <- V: note(`sent`); default: }",
	}},
	{name: "time", timed: true, vars: []string{"a chan int make(chan_int,_CAP)", "n atomic.Int32"}, snippets: []string{
		"time.Sleep(200 * time.Microsecond); note($n.Load())",
		"select { case x := <-$a: note(x); case <-time.After(300 * time.Microsecond): note(`late`) }",
		"select { case $a <- V: note(`sent`); case <-time.After(300 * time.Microsecond): note(`late`) }",
		"tm := time.NewTimer(200 * time.Microsecond); $n.Add(V); note(tm.Stop())",
		"tm := time.AfterFunc(200*time.Microsecond, func() { $n.Add(V) }); _ = tm",
		"tm := time.AfterFunc(200*time.Microsecond, func() { $n.Add(V) }); note(tm.Stop())",
		"c, stop := context.WithTimeout(context.Background(), 300*time.Microsecond); select { case <-c.Done(): note(c.Err()); case x := <-$a: note(x) }; stop()",
		"tick := time.NewTicker(200 * time.Microsecond); <-tick.C; tick.Stop(); note($n.Load())",
		"$a <- V",
		"note(<-$a)",
		"note($n.Add(V))",
		"time.Sleep(0)",
	}},
}

// plain are variables whose accesses may be unordered. What a goroutine reads there it
// does not note.
var plain = subject{name: "plain", vars: []string{"mu sync.Mutex", "y int", "list []int", "dict map[int]int map[int]int{}", "f atomic.Bool", "a chan int make(chan_int,_CAP)"}, snippets: []string{
	"$y++",
	"$mu.Lock(); $y++; $mu.Unlock()",
	"$mu.Lock(); $y += V; $mu.Unlock(); $f.Store(true)",
	"if $f.Load() { $y = V }",
	"if $mu.TryLock() { $y = V; $mu.Unlock() }",
	"$y = V; $f.Store(true)",
	"if $y > 3 { runtime.Gosched() }",
	"$list = append($list, V)",
	"$mu.Lock(); $list = append($list, V); $mu.Unlock()",
	"_ = len($list)",
	"$mu.Lock(); $dict[V] = 1; $mu.Unlock()",
	"$mu.Lock(); _ = $dict[V]; $mu.Unlock()",
	"$y++; $a <- V",
	"<-$a; $y++",
	"select { case <-$a: $y++; default: }",
	"defer func() { $y++ }()",
	"go func() { $y = V }()",
	"q := &$y; *q += V",
}}

// generate is the program of a seed, with plain variables besides if it may be racy.
func generate(seed uint64, racy bool) (program, error) {
	r := rand.New(rand.NewPCG(seed, 12))
	p := program{name: fmt.Sprintf("TestP%d", seed)}
	var chosen []subject
	for range 1 + r.IntN(2) {
		s := subjects[r.IntN(len(subjects))]
		if !slices.ContainsFunc(chosen, func(c subject) bool { return c.name == s.name }) {
			chosen = append(chosen, s)
		}
	}
	if racy {
		chosen = append(chosen, plain)
	}
	w := &writer{r: r, name: p.name, subjects: chosen, methods: r.IntN(3) == 0}
	for _, s := range chosen {
		p.timed = p.timed || s.timed
	}
	source, err := format.Source([]byte(w.program()))
	if err != nil {
		return p, fmt.Errorf("program %d: %w", seed, err)
	}
	p.source = string(source)
	return p, nil
}

// writer writes one program.
type writer struct {
	r        *rand.Rand
	name     string
	subjects []subject
	methods  bool // what the goroutines share are fields, and each is a method
	numbers  int
	out      strings.Builder
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

// place is where the variables are.
func (w *writer) place() string {
	if w.methods {
		return "s."
	}
	return ""
}

// variables are what the subjects need, each once.
func (w *writer) variables() (out [][3]string) {
	for _, s := range w.subjects {
		for _, v := range s.vars {
			parts := strings.Fields(v)
			kind, made := strings.Join(parts[1:], " "), ""
			if n := len(parts); n > 2 && parts[1] != "chan" || n > 3 {
				kind, made = strings.Join(parts[1:n-1], " "), strings.ReplaceAll(parts[n-1], "_", " ")
			}
			made = strings.NewReplacer("CAP1", fmt.Sprint(1+w.r.IntN(2)), "CAP", fmt.Sprint(w.r.IntN(3)), "$", w.place()).Replace(made)
			if !slices.ContainsFunc(out, func(o [3]string) bool { return o[0] == parts[0] }) {
				out = append(out, [3]string{parts[0], kind, made})
			}
		}
	}
	return out
}

// snippet is something that a goroutine does.
func (w *writer) snippet() string {
	s := w.subjects[w.r.IntN(len(w.subjects))]
	text := s.snippets[w.r.IntN(len(s.snippets))]
	w.numbers++
	out := names.ReplaceAllStringFunc(text, func(m string) string {
		switch m {
		case "V":
			return fmt.Sprint(10 + w.numbers)
		case "K":
			return fmt.Sprintf("as(t, `k%d`)", w.numbers)
		}
		return w.place()
	})
	return strings.ReplaceAll(out, "; ", "\n")
}

// program is the text of the program.
func (w *writer) program() string {
	vars := w.variables()
	context := slices.ContainsFunc(vars, func(v [3]string) bool { return v[0] == "ctx" })
	goroutines := 2 + w.r.IntN(3)
	join := w.r.IntN(3) // not at all, with a WaitGroup, with a channel
	most := 3
	if goroutines == 4 {
		most = 2
	}
	var bodies []string
	for range goroutines {
		var b strings.Builder
		for range 1 + w.r.IntN(most) {
			// A block: what is declared is its own.
			fmt.Fprintf(&b, "%s\n", w.block())
		}
		bodies = append(bodies, b.String())
	}
	if w.methods {
		w.printf("type state%s struct {\n", w.name)
		for _, v := range vars {
			w.printf("%s %s\n", v[0], v[1])
		}
		w.printf("}\n\n")
		for g, body := range bodies {
			w.printf("func (s *state%s) g%d(t *testing.T, note noter) {\n%s}\n\n", w.name, g+1, body)
		}
	}
	w.printf("func %s(t *testing.T) {\n", w.name)
	if w.methods {
		w.printf("s := &state%s{}\n", w.name)
	}
	for _, v := range vars {
		switch made := v[2]; {
		case v[0] == "cancel":
		case v[0] == "ctx" && w.methods:
			w.printf("s.ctx, s.cancel = context.WithCancel(context.Background())\n")
		case v[0] == "ctx":
			w.printf("ctx, cancel := context.WithCancel(context.Background())\n")
		case w.methods && made != "":
			w.printf("s.%s = %s\n", v[0], made)
		case w.methods:
		case made != "":
			w.printf("%s := %s\n", v[0], made)
		default:
			w.printf("var %s %s\n", v[0], v[1])
		}
		if !w.methods && v[0] != "cancel" {
			w.printf("_ = &%s\n", v[0])
		}
	}
	if context && w.r.IntN(2) == 0 {
		w.printf("defer %scancel()\n", w.place())
	} else if context {
		w.printf("_ = %scancel\n", w.place())
	}
	switch join {
	case 1:
		w.printf("var all sync.WaitGroup\n")
	case 2:
		w.printf("fin := make(chan bool, %d)\n", w.r.IntN(goroutines+1))
	}
	recovers := w.r.IntN(5) > 0
	for g, body := range bodies {
		call := fmt.Sprintf("note := as(t, \"g%d\")\n", g+1)
		if recovers {
			call += "defer func() { if r := recover(); r != nil { note(`panics: `, r) } }()\n"
		}
		if join == 2 {
			call += "defer func() { fin <- true }()\n"
		}
		if w.methods {
			call += fmt.Sprintf("s.g%d(t, note)\n", g+1)
		} else {
			call += body
		}
		if !strings.Contains(call[strings.Index(call, "\n"):], "note") {
			call += "note(`end`)\n"
		} else if w.r.IntN(2) == 0 {
			call += "note(`end`)\n"
		}
		switch {
		case join == 1:
			w.printf("all.Go(func() {\n%s})\n", call)
		case g == 0 && w.r.IntN(3) == 0:
			w.printf("func() {\n%s}()\n", strings.ReplaceAll(call, "fin <- true", "go func() { fin <- true }()"))
		default:
			w.printf("go func() {\n%s}()\n", call)
		}
	}
	w.printf("note := as(t, \"main\")\n")
	switch join {
	case 1:
		w.printf("all.Wait()\n")
	case 2:
		w.printf("for range %d {\n<-fin\n}\n", goroutines)
	default:
		if w.r.IntN(2) == 0 {
			if w.r.IntN(2) == 0 {
				w.printf("note.try(func() {\n%s\n})\n", w.block())
			} else {
				w.printf("%s\n", w.block())
			}
		}
	}
	w.printf("note(`end`)\n}\n")
	return w.out.String()
}

// block is a snippet, so that it can stand beside others.
func (w *writer) block() string {
	text := w.snippet()
	switch {
	case strings.HasPrefix(text, "defer") || !strings.Contains(text, ":="):
		return text
	case w.r.IntN(3) == 0:
		return "func() {\n" + text + "\n}()"
	}
	return "{\n" + text + "\n}"
}

// names are the words of a snippet that stand for something else.
var names = regexp.MustCompile(`\$|\b[VK]\b`)
