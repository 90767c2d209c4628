package faulty

import "context"

type deadlineSendsLater struct{ *ring }

func (b *deadlineSendsLater) SendContext(ctx context.Context, v int) error {
	sent := make(chan error, 1)
	go func() { sent <- b.Send(v) }()
	select {
	case err := <-sent:
		return err
	case <-ctx.Done():
		return ctx.Err() // wrong: the goroutine still sends
	}
}
