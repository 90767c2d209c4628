package buffer_test

import (
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"example.edu/buffer"
)

// Beside the scenarios of the suite, which are of an object that holds two items. The part
// of the name before the underscore is the property that the test is worth points for.

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

func TestItems_Many(t *testing.T) {
	b := buffer.New()
	var got []int
	for v := range 20 {
		b.Put(v)
	}
	if n := b.Len(); n != 20 {
		t.Errorf("Len is %d after 20 Put", n)
	}
	for range 20 {
		v, _ := b.Get()
		got = append(got, v)
	}
	for v := range 20 {
		if !slices.Contains(got, v) {
			t.Errorf("%d was put, and not received: %v", v, got)
		}
	}
}

// No number stands for "nothing there".
func TestItems_AnyNumber(t *testing.T) {
	b := buffer.New()
	for _, want := range []int{0, -1, math.MaxInt, math.MinInt} {
		b.Put(want)
		if v, err := b.Get(); v != want || err != nil {
			t.Errorf("received %d, %v, sent %d", v, err, want)
		}
	}
}

func TestWaiting_PutNever(t *testing.T) {
	b := buffer.New()
	for v := range 40 {
		b.Put(v)
	}
}

func TestWaiting_OneAndOne(t *testing.T) {
	b := buffer.New()
	run(func() { b.Put(1) }, func() { b.Get() })
}

func TestTry_OneItem(t *testing.T) {
	b := buffer.New()
	b.Put(1)
	var errs [2]error
	run(func() { _, errs[0] = b.TryGet() }, func() { _, errs[1] = b.TryGet() })
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("two TryGet for one item: %v", errs)
	}
}

func TestClose_WakesEverybody(t *testing.T) {
	b := buffer.New()
	wait := func() {
		if _, err := b.Get(); !errors.Is(err, buffer.ErrClosed) {
			t.Errorf("Get: %v", err)
		}
	}
	run(wait, wait, b.Close)
}

func TestClose_ItemsAreKept(t *testing.T) {
	b := buffer.New()
	b.Put(1)
	b.Close()
	b.Close()
	if v, err := b.Get(); v != 1 || err != nil {
		t.Errorf("Get: %d, %v", v, err)
	}
	if _, err := b.TryGet(); !errors.Is(err, buffer.ErrClosed) {
		t.Errorf("TryGet: %v", err)
	}
	if err := b.Put(2); !errors.Is(err, buffer.ErrClosed) {
		t.Errorf("Put: %v", err)
	}
}

func TestRace_Len(t *testing.T) {
	b := buffer.New()
	run(func() { b.Put(1) }, func() { b.Get() }, func() { b.Len() })
}
