//go:build linux

package pipe

import (
	"context"
	"errors"
	"os"
)

// A pipe runs one way. Two processes that talk to each other use two; they must not
// both begin by opening the one that they read, or each waits for the other.

// The names of two pipes for two ways, as seen by the process that calls.
const (
	there = ".there"
	back  = ".back"
)

// MakeBoth makes two named pipes, one for each direction, whose names begin with the
// name. On error neither is left.
func MakeBoth(name string) error {
	if err := Make(name + there); err != nil {
		return err
	}
	if err := Make(name + back); err != nil {
		return errors.Join(err, os.Remove(name+there))
	}
	return nil
}

// RemoveBoth removes the names. Ends that are open stay usable.
func RemoveBoth(name string) error {
	return errors.Join(os.Remove(name+there), os.Remove(name+back))
}

// OpenBoth opens an end of each of two named pipes that [MakeBoth] made. One of the two
// processes calls, the other answers. It waits for the other process, in whatever order
// they come, at most until the context is done; then it returns the context's error.
func OpenBoth(ctx context.Context, name string, s Sizes, calls bool) (reader, writer *End, err error) {
	in, out := name+there, name+back
	if calls {
		in, out = out, in
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan struct{})
	var wrong error
	go func() {
		defer close(done)
		if writer, wrong = Open(ctx, out, s, true); wrong != nil {
			cancel(wrong) // the other one would wait forever
		}
	}()
	if reader, err = Open(ctx, in, s, false); err != nil {
		cancel(err)
	}
	<-done
	if err == nil && wrong == nil {
		return reader, writer, nil
	}
	for _, e := range []*End{reader, writer} {
		if e != nil {
			e.Close()
		}
	}
	return nil, nil, context.Cause(ctx)
}
