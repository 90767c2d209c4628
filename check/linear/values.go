package linear

import "math/bits"

// values maps values of items to small numbers: a plain array where the values
// lie close together, else a table with open addressing.
type values struct {
	base  int64
	dense []int32 // number + 1
	keys  []int64
	nums  []int32 // number + 1
	shift int
}

func newValues(n int, least, most int64) *values {
	if n == 0 {
		return &values{}
	}
	if span := uint64(most) - uint64(least); span < 4*uint64(n)+64 {
		return &values{base: least, dense: make([]int32, span+1)}
	}
	size := bits.Len(uint(2*n - 1))
	return &values{keys: make([]int64, 1<<size), nums: make([]int32, 1<<size), shift: 64 - size}
}

// slot is where the value is, or belongs.
func (t *values) slot(v int64) *int32 {
	if t.dense != nil {
		if i := uint64(v) - uint64(t.base); i < uint64(len(t.dense)) {
			return &t.dense[i]
		}
		return nil
	}
	if len(t.nums) == 0 {
		return nil
	}
	mask := len(t.nums) - 1
	for i := int(uint64(v) * 0x9E3779B97F4A7C15 >> t.shift); ; i = (i + 1) & mask {
		if t.nums[i] == 0 || t.keys[i] == v {
			t.keys[i] = v
			return &t.nums[i]
		}
	}
}

// find is the number of the value.
func (t *values) find(v int64) (int32, bool) {
	if t.dense != nil {
		if i := uint64(v) - uint64(t.base); i < uint64(len(t.dense)) && t.dense[i] > 0 {
			return t.dense[i] - 1, true
		}
		return 0, false
	}
	if len(t.nums) == 0 {
		return 0, false
	}
	mask := len(t.nums) - 1
	for i := int(uint64(v) * 0x9E3779B97F4A7C15 >> t.shift); t.nums[i] > 0; i = (i + 1) & mask {
		if t.keys[i] == v {
			return t.nums[i] - 1, true
		}
	}
	return 0, false
}

// add gives the value the number, unless it has one already.
func (t *values) add(v int64, n int32) bool {
	s := t.slot(v)
	if *s > 0 {
		return false
	}
	*s = n + 1
	return true
}
