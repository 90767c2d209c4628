package faulty

type tryWaits struct{ *ring }

func (b *tryWaits) TrySend(v int) error {
	return b.Send(v) // wrong: waits for room
}
