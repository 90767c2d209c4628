package lock_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.edu/lock"
)

// Small on purpose: every test is to be run under every interleaving. The part of
// the name before the underscore is the property that the test is worth points for.

func run(parts ...func()) {
	var wg sync.WaitGroup
	for _, f := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait()
}

// room is what is read and written inside the lock.
type room struct {
	*lock.Lock
	t      *testing.T
	inside atomic.Int32 // a writer counts for a hundred readers
}

func newRoom(t *testing.T) *room { return &room{Lock: lock.New(), t: t} }

func (r *room) read() {
	r.StartRead()
	if r.inside.Add(1) > 100 {
		r.t.Error("a reader is inside, and so is a writer")
	}
	r.inside.Add(-1)
	r.EndRead()
}

func (r *room) write() {
	r.StartWrite()
	if n := r.inside.Add(100); n > 100 {
		r.t.Error("a writer is inside, and not alone")
	}
	r.inside.Add(-100)
	r.EndWrite()
}

func TestExclusion_ReaderAndWriter(t *testing.T) {
	r := newRoom(t)
	run(r.read, r.write)
}

func TestExclusion_TwoWriters(t *testing.T) {
	r := newRoom(t)
	run(r.write, r.write)
}

func TestExclusion_TwoWritersWait(t *testing.T) {
	r := newRoom(t)
	r.StartRead()
	run(r.write, r.write, r.EndRead)
}

func TestSharing_TwoReaders(t *testing.T) {
	l := lock.New()
	var inside sync.WaitGroup
	inside.Add(2)
	read := func() {
		l.StartRead()
		inside.Done()
		inside.Wait() // for the other one
		l.EndRead()
	}
	run(read, read)
}

// settled waits until whoever can go on has, sleeps that simulate work included.
func settled() {
	time.Sleep(100 * time.Millisecond)
	synctest.Wait()
}

func TestWriters_First(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lock.New()
		var mu sync.Mutex
		var order []string
		in := func(who string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, who)
		}
		l.StartRead()
		go func() {
			l.StartWrite()
			in("writer")
			l.EndWrite()
		}()
		settled() // the writer waits
		go func() {
			l.StartRead()
			in("reader")
			l.EndRead()
		}()
		settled()
		l.EndRead()
		settled()
		mu.Lock()
		defer mu.Unlock()
		if len(order) > 0 && order[0] == "reader" {
			t.Error("a writer waited, then a reader came, and was inside first")
		}
	})
}

func TestWaiting_WriterAndTwoReaders(t *testing.T) {
	l := lock.New()
	l.StartWrite()
	read := func() { l.StartRead(); l.EndRead() }
	run(read, read, l.EndWrite)
}

func TestWaiting_WriterAndReader(t *testing.T) {
	l := lock.New()
	run(func() { l.StartWrite(); l.EndWrite() }, func() { l.StartRead(); l.EndRead() })
}

func TestWaiting_TwoWriters(t *testing.T) {
	l := lock.New()
	write := func() { l.StartWrite(); l.EndWrite() }
	run(write, write, func() { l.StartRead(); l.EndRead() })
}

func TestBlocking_Reader(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		l := lock.New()
		l.StartWrite()
		go func() { l.StartRead(); l.EndRead() }()
		synctest.Wait() // has no end if somebody waits by running in a loop
		l.EndWrite()
	})
}

func TestBlocking_Writer(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		l := lock.New()
		l.StartRead()
		go func() { l.StartWrite(); l.EndWrite() }()
		synctest.Wait()
		l.EndRead()
	})
}

func TestRace_Turns(t *testing.T) {
	l := lock.New()
	run(func() { l.StartWrite(); l.EndWrite() })
	run(func() { l.StartRead(); l.EndRead() })
}

func TestRace_Written(t *testing.T) {
	l := lock.New()
	written, read := 0, 0
	run(func() { l.StartWrite(); written = 1; l.EndWrite() }, func() { l.StartRead(); read = written; l.EndRead() })
	if read > 1 {
		t.Errorf("read %d", read)
	}
}
