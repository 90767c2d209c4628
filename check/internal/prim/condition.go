package prim

// Condition is what an update depends on: what is in a cell of its object. Memory is
// one cell; a map has one for each key.
//
// Of values it has to be known only whether they are equal: the executor numbers them
// as it likes, in every execution anew.
type Condition struct {
	Cell   int32
	Unless bool // it holds if something else than the value is there
	Value  uint64
}

// AllCells is the cell of what empties all cells of its object.
const AllCells = -1

// Holds reports whether the condition holds where a value is in the cell.
//
//go:norace
func (c *Condition) Holds(value uint64) bool { return (value == c.Value) != c.Unless }
