package table

// Table: your fields.
type Table struct{}

func New(n int) *Table { panic("TODO") }

func (t *Table) Take(i int) { panic("TODO") }

func (t *Table) Put(i int) { panic("TODO") }
