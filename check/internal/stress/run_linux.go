package stress

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/procs"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/model"
)

// Main does not return in a worker process: it runs the worker, then exits. In every
// other process it does nothing.
func Main() {
	procs.Main(map[string]func(*procs.Worker) error{"producer": produce, "consumer": consume}, removers)
}

// flags of the parent.
const (
	begin    = 1
	draining = 2 // all producers are done
)

// job is what a worker is to do.
type job struct {
	Transport string
	Path      string
	Size      int
	Items     int   // of a producer
	Proc      int   // of a producer
	Key       int64 // of a producer: hides which value comes next
	Delay     time.Duration
	Slow      int // a consumer yields so often after each message
	Write     bool
	Disturbed []string // by what
}

// nap is how long a consumer waits before it looks whether that is all, and every
// how long the parent looks at the workers.
const (
	nap   = 20 * time.Millisecond
	watch = time.Millisecond
)

// ready opens the transport, tells the parent, and waits until the parent lets all
// workers begin.
func ready(w *procs.Worker) (job, impl.Messages, error) {
	var j job
	if err := w.Args(&j); err != nil {
		return j, nil, err
	}
	m, err := join(j, w.Files)
	if err != nil {
		return j, nil, err
	}
	if err := limit(j.Disturbed); err != nil {
		return j, nil, err
	}
	w.Ready()
	for w.Flag() == 0 {
		time.Sleep(watch)
	}
	time.Sleep(j.Delay)
	return j, m, nil
}

func produce(w *procs.Worker) error {
	j, m, err := ready(w)
	if err != nil {
		return err
	}
	buf := make([]byte, j.Size)
	for i := range j.Items {
		v := record.Tag(j.Proc, i+1) ^ j.Key
		fill(buf, v)
		if !w.Log.Begin(model.Op{Kind: model.Send, Value: v}) {
			return errors.New("the log is full")
		}
		err := m.Send(buf)
		if err != nil {
			w.Log.End(model.Result{Status: model.Failed, From: model.AnyPeer})
			return fmt.Errorf("send: %w", err)
		}
		w.Log.End(model.Result{Status: model.OK, From: model.AnyPeer})
	}
	return leave(j, m)
}

func consume(w *procs.Worker) error {
	j, m, err := ready(w)
	if err != nil {
		return err
	}
	buf := make([]byte, max(j.Size, 8192))
	for {
		// Looked at before the attempt: if all had been sent then, a refusal is
		// the end.
		last := w.Flag() >= draining
		if !w.Log.Begin(model.Op{Kind: model.Recv}) {
			return leave(j, m) // far more came than was sent, which the history shows
		}
		ctx, cancel := context.WithTimeout(context.Background(), nap)
		n, err := m.RecvContext(ctx, buf)
		cancel()
		switch {
		case err == nil:
			w.Log.End(model.Result{Status: model.OK, Value: value(buf[:n], j.Size), From: model.AnyPeer})
		case err == impl.ErrClosed, errors.Is(err, context.DeadlineExceeded) && last:
			w.Log.Drop()
			return leave(j, m)
		case errors.Is(err, context.DeadlineExceeded):
			w.Log.Drop()
		default:
			w.Log.End(model.Result{Status: model.Failed, From: model.AnyPeer})
			return fmt.Errorf("recv: %w", err)
		}
		for range j.Slow {
			time.Sleep(time.Microsecond)
		}
	}
}

// Run starts the workers, disturbs them and returns what they recorded. It always
// returns: when no operation begins for the time of patience, it kills the workers
// that are left, and the history is cut.
func Run(ctx context.Context, c Config, patience time.Duration) (*Result, error) {
	has := func(name string) bool { return slices.Contains(c.Disturbances, name) }
	if has("kill") && c.Producers == 1 && c.Consumers == 1 {
		return nil, errors.New("nobody can be killed, for one producer and one consumer survive: take more")
	}
	s, err := open(c)
	if err != nil {
		return nil, err
	}
	defer s.clean()
	random := mathrand.New(mathrand.NewPCG(c.Seed, 6))
	var secret [8]byte
	_, _ = rand.Read(secret[:]) // it never fails
	key := int64(binary.LittleEndian.Uint64(secret[:]) >> 2)
	var specs []procs.Spec
	for i := range c.Producers + c.Consumers {
		j := job{Transport: c.Transport, Path: s.path, Size: c.Size, Proc: i, Write: i < c.Producers, Disturbed: c.Disturbances}
		p := procs.Spec{Kind: "producer", Files: s.files(i < c.Producers)}
		if i < c.Producers {
			j.Items, j.Key = c.Items/c.Producers, key
			if i < c.Items%c.Producers {
				j.Items++
			}
			p.Room = j.Items + 1
		} else {
			p.Kind, p.Room = "consumer", 2*c.Items+16
			if has("slow") && i == c.Producers {
				j.Slow = 1
			}
		}
		if has("delay") && random.IntN(2) == 0 {
			j.Delay = time.Duration(random.IntN(50)) * time.Millisecond
		}
		p.Args = j
		specs = append(specs, p)
	}
	g, err := procs.Start(specs)
	if err != nil {
		return nil, err
	}
	defer g.Close()
	s.started()
	if err := assemble(ctx, g, patience); err != nil {
		return nil, err
	}
	s.ready()
	g.Set(begin)
	d := newDisturber(c, random, g)
	moved, last := time.Now(), 0
	alive := func(ctx context.Context) bool {
		n := g.Operations()
		if n != last {
			moved, last = time.Now(), n
			if c.Progress != nil {
				c.Progress(n, 2*c.Items)
			}
		}
		d.at(n)
		return ctx.Err() == nil && time.Since(moved) < patience
	}
	tick := time.NewTicker(watch)
	defer tick.Stop()
	stuck, sent := false, false
	for i := 0; i < g.Len(); {
		select {
		case <-g.Done(i):
			if i++; i == c.Producers {
				sent = true
				s.allSent()
				g.Set(draining)
			}
			continue
		case <-tick.C:
		}
		if stuck = !alive(ctx); stuck {
			break
		}
	}
	d.calm()
	expired, cancel := context.WithCancel(context.Background())
	if stuck {
		cancel()
	}
	_, err = g.Wait(expired)
	cancel()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	r := &Result{Spec: s.spec, Text: s.text, Killed: d.killed(), Stuck: stuck, StuckCode: verdict.LostWakeup}
	if sent {
		r.StuckCode = verdict.BrokenBoundary
	}
	r.Name = func(p int) string {
		switch {
		case p < c.Producers:
			return fmt.Sprintf("producer %d", p+1)
		case p < c.Producers+c.Consumers:
			return fmt.Sprintf("consumer %d", p-c.Producers+1)
		}
		return "afterwards"
	}
	var parts [][]record.Call
	for i := range g.Len() {
		calls, err := g.Calls(i, i)
		if err != nil {
			return nil, err
		}
		plain(calls, key)
		parts = append(parts, calls)
	}
	if !stuck {
		rest, err := s.rest(c, g.Len())
		if err != nil {
			return nil, err
		}
		plain(rest, key)
		parts = append(parts, rest)
		r.Drained = true
	}
	end := record.Complete
	if stuck || r.Killed > 0 {
		end = record.Cut
	}
	r.History = record.Join(end, parts...)
	return r, nil
}

// assemble waits until all workers have opened the transport. It is an error if one
// ends before, or if they are not ready within the time of patience.
func assemble(ctx context.Context, g *procs.Group, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	gone := func() bool {
		for i := range g.Len() {
			select {
			case <-g.Done(i):
				return true
			default:
			}
		}
		return false
	}
	procs.Until(ctx, watch, func() bool { return g.Ready() == g.Len() || gone() })
	switch {
	case g.Ready() == g.Len():
		return nil
	case gone():
		ended, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := g.Wait(ended); err != nil {
			return err
		}
		return errors.New("a worker ended before it began")
	}
	return fmt.Errorf("the workers did not get ready: %w", ctx.Err())
}

// plain removes the key from recorded values.
func plain(calls []record.Call, key int64) {
	for i := range calls {
		if c := &calls[i]; c.Kind.Sends() || c.Done() && c.Status == model.OK {
			c.Value ^= key
		}
	}
}
