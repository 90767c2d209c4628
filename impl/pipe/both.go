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

// MakeBoth makes two named pipes, for two ways, whose names begin with the name.
func MakeBoth(name string) error {
	if err := Make(name + there); err != nil {
		return err
	}
	if err := Make(name + back); err != nil {
		return errors.Join(err, os.Remove(name+there))
	}
	return nil
}

// RemoveBoth removes the names. Who has opened them goes on.
func RemoveBoth(name string) error {
	return errors.Join(os.Remove(name+there), os.Remove(name+back))
}

// OpenBoth opens an end of each of two named pipes. One of the two processes calls,
// the other answers. It waits for the other one, at most until the context is done;
// the order in which they come does not matter.
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
