package prim

// Shut says who does not wait for a stream.
type Shut uint8

// Parts of a Shut.
const (
	ShutBoth    Shut = 1 << iota // closed: nobody waits any more
	ShutReaders                  // the deadline of those who read has passed
	ShutWriters                  // the deadline of those who write has passed
)

// What an operation on a Shut does is its argument.
const (
	ShutKeep int32 = iota
	ShutSet
	ShutClear
)

// Changed is a Shut after an operation on a part of it.
//
//go:norace
func (s Shut) Changed(who Shut, what int32) Shut {
	switch what {
	case ShutSet:
		return s | who
	case ShutClear:
		return s &^ who
	}
	return s
}
