package buffer

import "errors"

var (
	ErrEmpty  = errors.New("buffer is empty")
	ErrClosed = errors.New("buffer is closed")
)

// Buffer: your fields.
type Buffer struct{}

func New() *Buffer { panic("TODO") }

func (b *Buffer) Put(v int) error { panic("TODO") }

func (b *Buffer) Get() (int, error) { panic("TODO") }

func (b *Buffer) TryGet() (int, error) { panic("TODO") }

func (b *Buffer) Len() int { panic("TODO") }

func (b *Buffer) Close() { panic("TODO") }
