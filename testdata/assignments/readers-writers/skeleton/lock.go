package lock

// Lock: your fields.
type Lock struct{}

func New() *Lock { panic("TODO") }

func (l *Lock) StartRead() { panic("TODO") }

func (l *Lock) EndRead() { panic("TODO") }

func (l *Lock) StartWrite() { panic("TODO") }

func (l *Lock) EndWrite() { panic("TODO") }
