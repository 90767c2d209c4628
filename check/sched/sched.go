// Package sched is what a body under exploration calls instead of Go's own
// statements: it starts goroutines, and sends, receives and selects, so that the
// scheduler of package check sees it. Below it are drop-ins for the packages of the
// standard library: sync, sync/atomic, time and context. Outside of an exploration
// each function is the native operation.
package sched

import (
	"iter"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Go starts a goroutine: go fn().
func Go(fn func()) { exec.Go(fn) }

// Make makes a channel with room for n items: make(chan T, n). It panics if n is negative.
// Of a channel that is made so it is known in every execution which it was in others; of one
// that make has returned it may not be, which costs executions that show nothing new, and
// hides nothing.
//
//go:norace
func Make[T any](n int) chan T { return exec.Made(make(chan T, n)) }

// New makes a variable: new(T). It is for what holds locks, atomics and other primitives, of
// which it is known then, as of a channel of [Make], which they were in other executions.
//
//go:norace
func New[T any]() *T { return exec.Allocate[T]() }

// Send sends v on a channel: ch <- v. It blocks until there is room, or without a
// buffer a receiver, and panics if the channel is closed.
//
//go:norace
func Send[T any](ch chan<- T, v T) { exec.Send(ch, v) }

// Recv receives from a channel: <-ch. It blocks until there is an item or the
// channel is closed.
//
//go:norace
func Recv[T any](ch <-chan T) T { return exec.Recv(ch) }

// Recv2 receives from a channel, and reports whether the item was sent, and not
// made up because the channel is closed: v, ok = <-ch.
//
//go:norace
func Recv2[T any](ch <-chan T) (v T, ok bool) { return exec.Recv2(ch) }

// Close closes a channel. It panics if the channel is nil or closed.
//
//go:norace
func Close[T any](ch chan<- T) { exec.Close(ch) }

// Len is the number of items in a channel: len(ch).
//
//go:norace
func Len[T any](ch <-chan T) int { return exec.Len(ch) }

// Range yields what is received from a channel until it is closed: the loop
// for v := range ch.
//
//go:norace
func Range[T any](ch <-chan T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			v, ok := exec.Recv2(ch)
			if !ok || !yield(v) {
				return
			}
		}
	}
}

// Case is a case of a select: made with [SendCase] or [RecvCase].
type Case struct{ of exec.Case }

// SendCase sends v if it is chosen.
//
//go:norace
func SendCase[T any](ch chan<- T, v T) Case { return Case{exec.SendCase(ch, v)} }

// RecvCase receives into v, and into ok whether the item was sent, if it is
// chosen. Both may be nil.
//
//go:norace
func RecvCase[T any](ch <-chan T, v *T, ok *bool) Case { return Case{exec.RecvCase(ch, v, ok)} }

// Select executes one of the cases that can go on, and returns its index. If
// none can it blocks, or returns -1 if there is a default.
//
// Which of several ready cases is taken is a choice: a search takes every one.
//
//go:norace
func Select(hasDefault bool, cases ...Case) int {
	list := make([]exec.Case, len(cases))
	for i, c := range cases {
		list[i] = c.of
	}
	return exec.Select(hasDefault, list...)
}
