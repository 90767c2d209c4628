package pipe_test

import (
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"example.edu/pipe"
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

func write(t *testing.T, p *pipe.Pipe, text string) func() {
	return func() {
		if n, err := p.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("Write of %q: %d, %v", text, n, err)
		}
	}
}

// read reads until there are so many bytes.
func read(t *testing.T, p *pipe.Pipe, many int, into *string) func() {
	return func() {
		b := make([]byte, many)
		for len(*into) < many {
			n, err := p.Read(b[:many-len(*into)])
			if n < 1 || err != nil {
				t.Errorf("Read: %d, %v", n, err)
				return
			}
			*into += string(b[:n])
		}
	}
}

func TestBytes_LongerThanThePipe(t *testing.T) {
	p := pipe.New(2)
	var got string
	run(write(t, p, "abc"), read(t, p, 3, &got))
	if got != "abc" {
		t.Errorf(`written "abc", read %q`, got)
	}
}

func TestBytes_OneAfterTheOther(t *testing.T) {
	p := pipe.New(3)
	var got string
	for _, text := range []string{"ab", "cd", "ef"} { // the end of the array is passed
		write(t, p, text)()
		got = ""
		read(t, p, 2, &got)()
		if got != text {
			t.Errorf("written %q, read %q", text, got)
		}
	}
}

func TestBytes_TwoReaders(t *testing.T) {
	p := pipe.New(2)
	var x, y string
	run(write(t, p, "ab"), read(t, p, 1, &x), read(t, p, 1, &y))
	if got := x + y; got != "ab" && got != "ba" {
		t.Errorf(`written "ab", read %q and %q`, x, y)
	}
}

func TestAtomic_TwoWriters(t *testing.T) {
	p := pipe.New(3)
	write(t, p, "xx")()
	var got string
	run(write(t, p, "aa"), write(t, p, "bb"), read(t, p, 6, &got))
	if !slices.Contains([]string{"xxaabb", "xxbbaa"}, got) {
		t.Errorf(`written "aa" and "bb" at the same time, after "xx": read %q`, got)
	}
}

func TestCapacity_WriteWaits(t *testing.T) {
	p := pipe.New(1)
	var called atomic.Bool
	var got string
	run(func() {
		write(t, p, "a")()
		write(t, p, "b")()
		if !called.Load() {
			t.Error("two bytes are written into a pipe for one, and nobody has called Read")
		}
	}, func() {
		called.Store(true)
		read(t, p, 2, &got)()
	})
}

func TestPartial_Less(t *testing.T) {
	p := pipe.New(4)
	write(t, p, "a")()
	b := make([]byte, 4)
	if n, err := p.Read(b); n != 1 || err != nil { // nothing more is written
		t.Errorf("Read of 4 bytes, with 1 inside: %d, %v", n, err)
	}
}

func TestPartial_More(t *testing.T) {
	p := pipe.New(4)
	write(t, p, "abc")()
	b := make([]byte, 2)
	if n, err := p.Read(b); n != 2 || err != nil {
		t.Errorf("Read of 2 bytes, with 3 inside: %d, %v", n, err)
	}
	if n, err := p.Read(b); n != 1 || err != nil {
		t.Errorf("Read of 2 bytes, with 1 inside: %d, %v", n, err)
	}
}

func TestWaiting_OneAndOne(t *testing.T) {
	p := pipe.New(1)
	var got string
	run(func() { write(t, p, "a")(); write(t, p, "b")() }, read(t, p, 2, &got))
}

func TestWaiting_TwoAndTwo(t *testing.T) {
	p := pipe.New(1)
	var x, y string
	run(write(t, p, "a"), write(t, p, "b"), read(t, p, 1, &x), read(t, p, 1, &y))
}

func TestWaiting_RoomForOneOfTwo(t *testing.T) {
	p := pipe.New(2)
	write(t, p, "xx")()
	var got, rest string
	run(write(t, p, "aa"), write(t, p, "b"), func() {
		read(t, p, 1, &got)() // now there is room for b
		read(t, p, 4, &rest)()
	})
}

func TestBlocking_Read(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pipe.New(1)
		var got string
		go read(t, p, 1, &got)()
		synctest.Wait() // has no end if somebody waits by running in a loop
		write(t, p, "a")()
	})
}

func TestBlocking_Write(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pipe.New(1)
		write(t, p, "a")()
		go write(t, p, "b")()
		synctest.Wait()
		var got string
		read(t, p, 1, &got)()
	})
}

func end(t *testing.T, p *pipe.Pipe) {
	t.Helper()
	if n, err := p.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("Read at the end: %d, %v", n, err)
	}
}

func TestClose_EndOfFile(t *testing.T) {
	p := pipe.New(2)
	write(t, p, "a")()
	p.CloseWrite()
	var got string
	read(t, p, 1, &got)()
	if got != "a" {
		t.Errorf(`written "a", read %q`, got)
	}
	end(t, p)
	end(t, p)
	if n, err := p.Write([]byte("b")); n != 0 || !errors.Is(err, pipe.ErrClosed) {
		t.Errorf("Write after CloseWrite: %d, %v", n, err)
	}
}

func TestClose_WakesReaders(t *testing.T) {
	p := pipe.New(1)
	run(func() { end(t, p) }, func() { end(t, p) }, p.CloseWrite)
}

func TestClose_BreaksWriters(t *testing.T) {
	p := pipe.New(1)
	write(t, p, "a")()
	broken := func() {
		if n, err := p.Write([]byte("b")); n != 0 || !errors.Is(err, pipe.ErrBroken) {
			t.Errorf("Write, and nobody reads: %d, %v", n, err)
		}
	}
	run(broken, broken, p.CloseRead)
}

func TestClose_BrokenInTheMiddle(t *testing.T) {
	p := pipe.New(2)
	run(func() {
		if n, err := p.Write([]byte("abc")); n > 2 || !errors.Is(err, pipe.ErrBroken) {
			t.Errorf("Write of 3 bytes, and nobody reads: %d, %v", n, err)
		}
	}, p.CloseRead)
}

func TestRace_WriterAndReader(t *testing.T) {
	p := pipe.New(2)
	var got string
	run(write(t, p, "a"), write(t, p, "b"), read(t, p, 1, &got))
}
