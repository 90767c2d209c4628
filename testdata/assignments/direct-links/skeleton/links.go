package links

import "errors"

var (
	ErrExists = errors.New("the two have a link")
	ErrNoLink = errors.New("the two have no link")
	ErrClosed = errors.New("the link is closed")
)

// Links: your fields.
type Links struct{}

func New(capacity int) *Links { panic("TODO") }

func (l *Links) Open(a, b string) error { panic("TODO") }

func (l *Links) Send(from, to string, v int) error { panic("TODO") }

func (l *Links) Receive(me, from string) (int, error) { panic("TODO") }

func (l *Links) Close(a, b string) error { panic("TODO") }
