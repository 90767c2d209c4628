package pipe

import "errors"

var (
	ErrClosed = errors.New("the pipe is closed for writing")
	ErrBroken = errors.New("broken pipe")
)

// Pipe: your fields.
type Pipe struct{}

func New(size int) *Pipe { panic("TODO") }

func (p *Pipe) Write(b []byte) (int, error) { panic("TODO") }

func (p *Pipe) Read(b []byte) (int, error) { panic("TODO") }

func (p *Pipe) CloseWrite() { panic("TODO") }

func (p *Pipe) CloseRead() { panic("TODO") }
