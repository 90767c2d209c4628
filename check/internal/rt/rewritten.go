// Package rt is what the statements of ordinary Go code become when it is rewritten
// to run under control; see package rewrite. Outside a controlled run each function
// is the native operation. Below it are the drop-ins that only rewritten code
// imports.
package rt

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"time"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// Go is a go statement.
func Go(fn func()) { exec.Go(fn) }

// Select executes one of the cases: see [exec.Select].
//
//go:norace
func Select(cases ...exec.Case) int { return exec.Select(false, cases...) }

// TrySelect is [Select] with a default: -1 if no case can be executed.
//
//go:norace
func TrySelect(cases ...exec.Case) int { return exec.Select(true, cases...) }

// Recv is <-ch.
//
//go:norace
func Recv[T any](ch <-chan T) T { return exec.Recv(ch) }

// Recv2 is v, ok = <-ch.
//
//go:norace
func Recv2[T any](ch <-chan T) (v T, ok bool) { return exec.Recv2(ch) }

// Recv2As is v, ok = <-ch where ok, to which the pointer points or might, has a type
// of its own.
//
//go:norace
func Recv2As[T any, B ~bool](ch <-chan T, _ *B) (v T, ok B) {
	v, plain := exec.Recv2(ch)
	return v, B(plain)
}

// Zero is a pointer to a zero value.
//
//go:norace
func Zero[T any]() *T { return new(T) }

// Pointer is a pointer to a value of that type.
//
//go:norace
func Pointer[T any](v T) *T { return &v }

// True is true, where that may be the name of something else. What is compared with
// it has no type, as long as nothing gives it one.
const True = true

// Made is what make has returned: a channel.
//
//go:norace
func Made[C any](ch C) C { return exec.Made(ch) }

// Close is close(ch).
//
//go:norace
func Close[T any](ch chan<- T) { exec.Close(ch) }

// Len is len(ch).
//
//go:norace
func Len[T any](ch <-chan T) int { return exec.Len(ch) }

// Cap is cap(ch), where the channel may be that of a timer.
//
//go:norace
func Cap[T any](ch <-chan T) int { return exec.Cap(ch) }

// Clear is clear(s). The race detector sees what is written; of the builtin it does not.
func Clear[S ~[]E, E any](s S) {
	if !exec.Race {
		clear(s)
		return
	}
	var zero E
	for i := range s {
		s[i] = zero
	}
}

// Sender is the sending end of a channel. It takes two calls to send, so that the
// channel alone decides the type of the value.
type Sender[T any] struct{ ch chan<- T }

// To is the sending end of a channel: To(ch).Send(v) is ch <- v.
//
//go:norace
func To[T any](ch chan<- T) Sender[T] { return Sender[T]{ch} }

// Send sends.
//
//go:norace
func (s Sender[T]) Send(v T) { exec.Send(s.ch, v) }

// Case is the case of a select that sends v.
//
//go:norace
func (s Sender[T]) Case(v T) exec.Case { return exec.SendCase(s.ch, v) }

// Receiver is a receive in a select, and what it got.
type Receiver[T any] struct {
	V  T
	Ok bool // the item was sent, and not made up because the channel is closed

	ch <-chan T
}

// From makes the receive of a select.
//
//go:norace
func From[T any](ch <-chan T) *Receiver[T] { return &Receiver[T]{ch: ch} }

// Case is the case of a select that receives into r.
//
//go:norace
func (r *Receiver[T]) Case() exec.Case { return exec.RecvCase(r.ch, &r.V, &r.Ok) }

// Block waits forever, as a select without cases.
//
//go:norace
func Block() {
	exec.Select(false)
	runtime.Goexit() // the run is over, and the goroutine is unwound
}

// Over is a loop over what is received from a channel.
type Over[T any] struct {
	Value T

	ch <-chan T
}

// RangeOver is a loop that receives until the channel is closed.
//
//go:norace
func RangeOver[T any](ch <-chan T) *Over[T] { return &Over[T]{ch: ch} }

// RangeOverOld is [RangeOver], and a zero value for the loop's variable.
//
//go:norace
func RangeOverOld[T any](ch <-chan T) (o *Over[T], zero T) { return RangeOver(ch), zero }

// Next receives; it reports false if the channel is closed.
//
//go:norace
func (o *Over[T]) Next() bool {
	exec.Turn()
	v, ok := exec.Recv2(o.ch)
	if ok {
		o.Value = v
	}
	return ok
}

// Entries is a loop over a map.
type Entries[K comparable, V any] struct {
	Key   K
	Value V

	m      map[K]V
	keys   []K
	strays []V // of keys that are not equal to themselves, which no look finds

	known  []K  // the keys that are there, or were; none if it does not matter what is put in
	rounds int  // so often it may come to what is put in
	gone   bool // it matters that a key is gone before the loop comes to it
}

// mostRounds is how often a loop may come to what has been put into its map meanwhile.
const mostRounds = 3

// RangeMap is a loop over a map: in a controlled run in the order of its keys, as
// far as they have one, so that the run can be repeated.
//
//go:norace
func RangeMap[M ~map[K]V, K comparable, V any](m M) *Entries[K, V] {
	e := entries(m)
	e.watch()
	if len(e.strays) > 0 {
		return e
	}
	if order := world.Permutation(len(e.keys)); order != nil {
		keys := slices.Clone(e.keys)
		for i, from := range order {
			e.keys[i] = keys[from]
		}
	}
	return e
}

// RangeMapAnyhow is [RangeMap], for a loop that does the same in any order and puts nothing
// into its map.
//
//go:norace
func RangeMapAnyhow[M ~map[K]V, K comparable, V any](m M) *Entries[K, V] { return entries(m) }

// RangeMapTurns is [RangeMap], for a loop that does not ask which entry it has come to.
//
//go:norace
func RangeMapTurns[M ~map[K]V, K comparable, V any](m M) *Entries[K, V] {
	e := entries(m)
	e.watch()
	e.gone = e.known != nil
	return e
}

//go:norace
func entries[M ~map[K]V, K comparable, V any](m M) *Entries[K, V] {
	e := &Entries[K, V]{m: m, keys: make([]K, 0, len(m))}
	for k, v := range m {
		e.keys = append(e.keys, k)
		if k != k {
			e.strays = append(e.strays, v)
		}
	}
	if exec.Current() != nil && len(e.keys) > 1 && len(e.strays) == 0 {
		sortKeys(e.keys)
	}
	return e
}

//go:norace
func sortKeys[K comparable](keys []K) {
	t := reflect.TypeFor[K]()
	switch p := unsafe.Pointer(unsafe.SliceData(keys)); t.Kind() {
	case reflect.Int:
		slices.Sort(unsafe.Slice((*int)(p), len(keys)))
		return
	case reflect.String:
		slices.Sort(unsafe.Slice((*string)(p), len(keys)))
		return
	}
	slices.SortStableFunc(keys, func(a, b K) int { return order(unsafe.Pointer(&a), unsafe.Pointer(&b), t) })
}

// RangeMapOld is a loop over a map, and zero values for the loop's variables.
//
//go:norace
func RangeMapOld[K comparable, V any](e *Entries[K, V]) (same *Entries[K, V], k K, v V) {
	return e, k, v
}

// RangeKeysOld is a loop over a map, and a zero value for the loop's variable.
//
//go:norace
func RangeKeysOld[K comparable, V any](e *Entries[K, V]) (same *Entries[K, V], k K) { return e, k }

// RangeValuesOld is a loop over a map, and a zero value for the loop's variable.
//
//go:norace
func RangeValuesOld[K comparable, V any](e *Entries[K, V]) (same *Entries[K, V], v V) { return e, v }

// Next goes to the next entry that is still there; it reports false at the end.
//
//go:norace
func (e *Entries[K, V]) Next() bool {
	for len(e.keys) > 0 {
		e.Key, e.keys = e.keys[0], e.keys[1:]
		if e.Key != e.Key {
			e.Value, e.strays = e.strays[0], e.strays[1:]
			return true
		}
		if v, ok := e.m[e.Key]; ok {
			e.Value = v
			return true
		}
		if e.gone {
			world.AssumeOrder()
		}
	}
	return e.known != nil && e.more()
}

// Loop is called in every turn of a loop that may go on forever. A goroutine
// that makes too many without an operation ends the run.
//
//go:norace
func Loop() { exec.Loop() }

// Counts is [Loop], for a loop at a place that writes what outlives a turn: nothing but
// words, if there are any.
//
//go:norace
func Counts(place string, words ...uint64) { exec.Counts(place, words...) }

// Items is Counts, for a loop over items of which so many come after this one, or have
// come before.
//
//go:norace
func Items(place string, n uint64) { exec.Items(place, n) }

// Left is how many come after this one.
//
//go:norace
func (e *Entries[K, V]) Left() uint64 { return uint64(len(e.keys)) }

// Word is what an integer or a bool holds, for [Counts]. The race detector does not see
// that it is looked at.
//
//go:norace
func Word[T any](p *T) (word uint64) {
	switch unsafe.Sizeof(*p) {
	case 1:
		return uint64(*(*uint8)(unsafe.Pointer(p)))
	case 2:
		return uint64(*(*uint16)(unsafe.Pointer(p)))
	case 4:
		return uint64(*(*uint32)(unsafe.Pointer(p)))
	}
	return *(*uint64)(unsafe.Pointer(p))
}

// Never is a condition that nobody can tell to be false before the program runs.
var Never bool

// Nothing is what is done then.
//
//go:norace
func Nothing() {}

// Kept is called before a statement that writes what a turn of a loop leaves behind.
//
//go:norace
func Kept() { exec.Kept() }

// Writes is how many such statements the goroutine has executed, for [Counts].
//
//go:norace
func Writes() uint64 { return exec.Writes() }

// Counted is [Loop], for a loop with a statement at the end of each turn.
//
//go:norace
func Counted() { exec.Counted() }

// Lapse is called where a goroutine may do much before its next operation.
//
//go:norace
func Lapse(site uint32) { exec.Lapse(site) }

// Unseen notes that the program is in a function with //go:norace.
//
//go:norace
func Unseen() { world.Unseen() }

// Reach notes that the program reaches something that the run does not control,
// where it refers to the function f. what names it, and the place.
//
//go:norace
func Reach[F any](f F, what string) F {
	exec.Reach(what)
	return f
}

// Gosched is runtime.Gosched.
//
//go:norace
//ipccheck:standsfor runtime.Gosched
func Gosched() { exec.Gosched() }

// LockOSThread is runtime.LockOSThread. In a controlled run it does nothing: goroutines
// share a thread there, one at a time.
//
//go:norace
//ipccheck:standsfor runtime.LockOSThread
func LockOSThread() {
	if exec.Current() == nil {
		runtime.LockOSThread()
	}
}

// UnlockOSThread is runtime.UnlockOSThread, and like [LockOSThread].
//
//go:norace
//ipccheck:standsfor runtime.UnlockOSThread
func UnlockOSThread() {
	if exec.Current() == nil {
		runtime.UnlockOSThread()
	}
}

// NumGoroutine is runtime.NumGoroutine: in a controlled run, of that run.
//
//go:norace
//ipccheck:standsfor runtime.NumGoroutine
func NumGoroutine() int { return exec.NumGoroutine() }

// Stack is runtime.Stack: in a controlled run, of that run.
//
//go:norace
//ipccheck:standsfor runtime.Stack
func Stack(buf []byte, all bool) int { return exec.Stack(buf, all) }

// PutBack begins an execution of a rewritten program: it puts the package variables
// back, and starts the goroutines that were there before the test. It reports what
// differs from the beginning of the first execution, "" if nothing does.
func PutBack() (differs string) {
	resetLimits()
	differs = image.Begin()
	start, set := image.Held()
	for _, f := range set {
		f()
	}
	for _, f := range start {
		if g := exec.Current().Go(f); g != nil {
			g.Daemon = true
		}
	}
	return differs
}

// Local is the variable time.Local of the standard library: what its functions look
// at, and what programs may assign to.
//
//go:norace
func Local() **time.Location { return &time.Local }

// Heap is a pointer to what lies in the heap: the compiler would put a literal among the
// variables that only an unsafe.Pointer points to, and nobody could tell how large it is.
//
//go:noinline
//go:norace
func Heap[T any](p *T) *T { return p }

// Program says that main of a program is executed, and not tests.
var Program bool

// MayEnd says that any goroutine of the program may end it: it has a main of its own, and
// is not called by what judges it.
var MayEnd bool

// ExitedBy is who has ended the execution under way by a status other than 0; 0: main, or
// nobody.
var ExitedBy int

// Exit is os.Exit. In a controlled run the end of a program is that of the goroutine
// that calls it; a status other than 0 is a failure. A test that exits with status 0
// panics, as under go test.
//
//go:norace
//ipccheck:standsfor os.Exit
//ipccheck:standsfor syscall.Exit
func Exit(code int) {
	g := exec.Current()
	switch {
	case g == nil:
	case g.Unwinding():
		runtime.Goexit()
	case code&0xff != 0 || code != 0 && !Program:
		ExitedBy = g.ID
		code &= 0xff // as the parent process sees it
		r := &g.Exec().Report
		r.Failed = true
		r.Say(fmt.Sprintf("exit status %d", code))
		g.Fail()
	case !Program:
		panic("unexpected call to os.Exit(0) during test")
	case g.ID == 0 || MayEnd:
		if world.Keeps {
			world.End()
		}
		g.Exit()
	}
	os.Exit(code)
}
