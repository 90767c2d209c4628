package check_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// oddPipe is a pipe with a mutex, with a switch for what it does otherwise than most.
type oddPipe struct {
	mu             sync.Mutex
	changed        sync.Cond
	held           []byte
	n              int
	ended, nowhere bool
	how            pipeOddity
}

type pipeOddity int

const (
	wholeReads   pipeOddity = iota
	shortReads              // Read returns one byte at a time
	shortRecords            // the same, and writes that fit go in at once
	emptyReads              // Read of an empty pipe returns (0, nil)
	partialError            // TryWrite that is not whole returns an error with what went in
	partialLies             // TryWrite returns one byte less than went in
	halfCloses              // CloseRead ends nothing
)

func newOddPipe(n int, how pipeOddity) *oddPipe {
	p := &oddPipe{n: n, how: how}
	p.changed.L = &p.mu
	return p
}

func (p *oddPipe) Write(b []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n < len(b) {
		for p.room() < p.least(b) && !p.ended && !p.nowhere {
			p.changed.Wait()
		}
		if p.ended || p.nowhere {
			return n, io.ErrClosedPipe
		}
		n += p.put(b[n:])
	}
	return n, nil
}

func (p *oddPipe) room() int { return p.n - len(p.held) }

// least is how much room a write waits for.
func (p *oddPipe) least(b []byte) int {
	if p.how == shortRecords && len(b) <= p.n {
		return len(b)
	}
	return 1
}

func (p *oddPipe) put(b []byte) int {
	k := min(len(b), p.room())
	p.held = append(p.held, b[:k]...)
	p.changed.Broadcast()
	return k
}

func (p *oddPipe) TryWrite(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || p.nowhere {
		return 0, io.ErrClosedPipe
	}
	if p.room() < p.least(b) {
		return 0, errFull
	}
	n := p.put(b)
	switch {
	case p.how == partialError && n < len(b):
		return n, errFull
	case p.how == partialLies && n > 1:
		return n - 1, errFull
	}
	return n, nil
}

func (p *oddPipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.held) == 0 && !p.ended && !p.nowhere {
		if p.how == emptyReads {
			return 0, nil
		}
		p.changed.Wait()
	}
	if p.nowhere || len(p.held) == 0 {
		return 0, io.EOF
	}
	if p.how == shortReads || p.how == shortRecords {
		b = b[:1]
	}
	n := copy(b, p.held)
	p.held = p.held[n:]
	p.changed.Broadcast()
	return n, nil
}

func (p *oddPipe) Close() error { return p.end(&p.ended) }

func (p *oddPipe) CloseRead() error {
	if p.how == halfCloses {
		return nil
	}
	return p.end(&p.nowhere)
}

func (p *oddPipe) end(which *bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	*which = true
	p.changed.Broadcast()
	return nil
}

func piped(how pipeOddity) func(n int) check.StreamOps {
	return func(n int) check.StreamOps {
		p := newOddPipe(n, how)
		return check.FromStream(p, p, table)
	}
}

// Streams that do otherwise than most pass with the promise that says so, and are told
// it where it is all that is wrong.
func TestWhatStreamsDeclareIsNoFault(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("promises are no matter of races")
	}
	for _, d := range []struct {
		name     string
		build    func(n int) check.StreamOps
		promise  check.StreamPromise
		code     verdict.Code // empty: it passes
		suggests string
	}{
		{"whole reads", piped(wholeReads), check.StreamPromise{}, "", ""},
		{"short reads, declared", piped(shortReads), check.StreamPromise{Short: true}, "", ""},
		{"short reads", piped(shortReads), check.StreamPromise{}, verdict.FalseRefusal, "check.StreamPromise{Short: true}"},
		{"short reads of records", piped(shortRecords), check.StreamPromise{Atomic: 4}, verdict.FalseRefusal, "check.StreamPromise{Short: true}"},
		{"(0, nil)", piped(emptyReads), check.StreamPromise{}, verdict.BrokenBoundary, ""},
		{"partial with an error", piped(partialError), check.StreamPromise{}, "", ""},
		{"partial, and it lies", piped(partialLies), check.StreamPromise{}, verdict.InventedItem, ""},
		{"half-close, declared", piped(halfCloses), check.StreamPromise{HalfClose: true}, "", ""},
		{"half-close", piped(halfCloses), check.StreamPromise{}, verdict.LostWakeup, "check.StreamPromise{HalfClose: true}"},
		{"half-close promised, and it ends", piped(wholeReads), check.StreamPromise{HalfClose: true}, verdict.LostItem, ""},
	} {
		t.Run(d.name, func(t *testing.T) {
			d.promise.Name, d.promise.Capacities, d.promise.IdempotentClose = d.name, []int{4}, true
			v := check.RunStream(d.build, d.promise, check.Patience(50*time.Millisecond))
			for _, f := range v.Findings {
				t.Log(f.Engine, f.Code, f.Message)
			}
			if d.code == "" {
				assert.Equal(t, verdict.Pass, v.Answer, "%v", v.Reason)
				return
			}
			require.Equal(t, verdict.Fail, v.Answer)
			assert.Equal(t, d.code, v.Findings[0].Code)
			assert.Contains(t, v.Findings[0].Message, d.suggests)
		})
	}
}

// io.Pipe and net.Pipe are streams without a buffer.
func TestPipesOfTheStandardLibraryHaveNoBuffer(t *testing.T) {
	p := check.StreamPromise{Promise: check.Promise{Capacities: []int{0}, IdempotentClose: true}, Atomic: 1 << 20}
	check.Stream(t, func(int) check.StreamOps {
		r, w := io.Pipe()
		return check.FromStream(w, r, nil)
	}, p)
	check.Stream(t, func(int) check.StreamOps {
		w, r := net.Pipe()
		return check.FromStream(w, r, nil)
	}, p)
}

// A pipe that claims to have no buffer, and has one.
func TestABufferIsToldFromNone(t *testing.T) {
	v := check.RunStream(func(int) check.StreamOps {
		p := newOddPipe(4, wholeReads)
		return check.FromStream(p, p, table)
	}, check.StreamPromise{Promise: check.Promise{Name: "buffered", Capacities: []int{0}, IdempotentClose: true}})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Contains(t, codesOf(v), verdict.Overflow, "%v", v.Findings)
}
