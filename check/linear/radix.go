package linear

// byKey returns the indices 0 … n-1 in ascending order of their keys, equal keys
// in order of index. It takes O(n) time for each 11 bits of the range of the
// keys (radix sort).
func byKey(n int, key func(i int32) int64) []int32 {
	order := make([]int32, n)
	if n == 0 {
		return order
	}
	least, most := key(0), key(0)
	sorted := true
	last := key(0)
	for i := range order {
		order[i] = int32(i)
		k := key(int32(i))
		sorted = sorted && last <= k
		least, most, last = min(least, k), max(most, k), k
	}
	if sorted {
		return order
	}
	const bits = 11
	span := uint64(most) - uint64(least)
	other := make([]int32, n)
	for shift := 0; shift < 64 && span>>shift > 0; shift += bits {
		var count [1 << bits]int32
		for _, i := range order {
			count[(uint64(key(i))-uint64(least))>>shift&(1<<bits-1)]++
		}
		at := int32(0)
		for d := range count {
			at, count[d] = at+count[d], at
		}
		for _, i := range order {
			d := (uint64(key(i)) - uint64(least)) >> shift & (1<<bits - 1)
			other[count[d]] = i
			count[d]++
		}
		order, other = other, order
	}
	return order
}
