package faulty

import "context"

type deadlineLosesItem struct{ *ring }

func (b *deadlineLosesItem) RecvContext(ctx context.Context) (int, error) {
	v, err := b.ring.RecvContext(ctx)
	if ctx.Err() != nil {
		return 0, ctx.Err() // wrong: the item, if there was one, is gone
	}
	return v, err
}
