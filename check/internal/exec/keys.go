package exec

// keys is a set of keys that are spread evenly: a hash table with open addressing
// and linear probing. The race detector sees what a map does, wherever it is
// used; it does not see this.
type keys struct {
	table []uint64 // 0: free
	n     int
}

//go:norace
func (k *keys) has(key uint64) bool {
	if len(k.table) == 0 {
		return false
	}
	return k.table[k.slot(key|1)] != 0
}

//go:norace
func (k *keys) add(key uint64) {
	if 2*(k.n+1) > len(k.table) {
		old := k.table
		k.table = make([]uint64, max(64, 2*len(old)))
		for _, o := range old {
			if o != 0 {
				k.table[k.slot(o)] = o
			}
		}
	}
	if s := k.slot(key | 1); k.table[s] == 0 {
		k.table[s] = key | 1
		k.n++
	}
}

//go:norace
func (k *keys) clear() {
	if k.n > 0 {
		clear(k.table)
		k.n = 0
	}
}

// slot is where the key is, or belongs.
//
//go:norace
func (k *keys) slot(key uint64) uint64 {
	mask := uint64(len(k.table) - 1)
	for i := key >> 7 & mask; ; i = (i + 1) & mask {
		if k.table[i] == 0 || k.table[i] == key {
			return i
		}
	}
}

// extend is append; see keys.
//
//go:norace
func extend[T any](to, from []T) []T {
	//lint:ignore S1011 the detector sees what append does with the whole of a slice
	for _, v := range from {
		to = append(to, v)
	}
	return to
}
