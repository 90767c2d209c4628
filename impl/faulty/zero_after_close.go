package faulty

type zeroAfterClose struct{ *ring }

func (b *zeroAfterClose) Recv() (int, error) {
	v, _ := b.ring.Recv()
	return v, nil // wrong: after the close this is a zero that nobody sent
}
