//go:build linux

package procbox

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/mq"
)

// queues carry boxes by message queues.
type queues struct{ prefix string }

func (q queues) name(name string) string { return "/" + q.prefix + "-" + name }

func (q queues) create(name string, capacity, size int) error {
	b, err := mq.Create(q.name(name), capacity, size)
	if errors.Is(err, unix.EEXIST) {
		return impl.ErrExists
	}
	if err != nil {
		return err
	}
	return b.Close()
}

func (q queues) open(name string) (box, error) {
	b, err := mq.Open(q.name(name))
	if errors.Is(err, unix.ENOENT) {
		return nil, impl.ErrDestroyed
	}
	if err != nil {
		return nil, err
	}
	return queue{b}, nil
}

func (q queues) destroy(name string) error {
	err := mq.Remove(q.name(name))
	if errors.Is(err, unix.ENOENT) {
		return impl.ErrDestroyed
	}
	return err
}

// queue is a message queue that knows whether its name was removed.
type queue struct{ *mq.Queue }

// look is how long an operation waits before it checks again whether the box was
// destroyed: removing a queue wakes nobody.
const look = 10 * time.Millisecond

func (q queue) repeat(ctx context.Context, op func(context.Context) error) error {
	for {
		if q.Removed() {
			return impl.ErrDestroyed
		}
		short, cancel := context.WithTimeout(ctx, look)
		err := op(short)
		cancel()
		if err != context.DeadlineExceeded || ctx.Err() != nil {
			return err
		}
	}
}

func (q queue) Send(m []byte) error { return q.SendContext(context.Background(), m) }

func (q queue) SendContext(ctx context.Context, m []byte) error {
	return q.repeat(ctx, func(ctx context.Context) error { return q.Queue.SendContext(ctx, m) })
}

func (q queue) TrySend(m []byte) error {
	if q.Removed() {
		return impl.ErrDestroyed
	}
	return q.Queue.TrySend(m)
}

func (q queue) Recv(buf []byte) (int, error) { return q.RecvContext(context.Background(), buf) }

func (q queue) RecvContext(ctx context.Context, buf []byte) (n int, err error) {
	err = q.repeat(ctx, func(ctx context.Context) (err error) {
		n, err = q.Queue.RecvContext(ctx, buf)
		return err
	})
	return n, err
}

func (q queue) TryRecv(buf []byte) (int, error) {
	if q.Removed() {
		return 0, impl.ErrDestroyed
	}
	return q.Queue.TryRecv(buf)
}
