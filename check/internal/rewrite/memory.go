package rewrite

// DefaultMemory is how much memory a process may take if nothing is said.
const DefaultMemory = 4 << 30

func (r Run) memory() uint64 {
	if r.Memory > 0 {
		return r.Memory
	}
	return DefaultMemory
}
