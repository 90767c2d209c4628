package contract

import (
	"fmt"
	"sync/atomic"
)

// Source issues the items that one process sends. Each names its process and its
// place among the items of that process.
type Source struct {
	Proc int    // number of the process
	Name string // of the process
	next atomic.Int64
}

// itemsPerProc is more than any process sends in an execution. Values stay below
// 1<<31, for objects that carry no more.
const itemsPerProc = 1_000_000

// item is the next item.
func (s *Source) item() int64 { return int64(s.Proc)*itemsPerProc + s.next.Add(1) }

// itemName is an item in words.
func itemName(v int64, sources []*Source) string {
	p, n := v/itemsPerProc, v%itemsPerProc
	if v > 0 && n > 0 && p < int64(len(sources)) && n <= sources[p].next.Load() {
		return fmt.Sprintf("item %d of %s", n, sources[p].Name)
	}
	return fmt.Sprintf("item %d", v)
}
