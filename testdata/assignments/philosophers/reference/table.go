package table

import "sync"

// Table has the forks. Who has one waits only for one with a higher number, so nobody
// waits in a circle.
type Table struct{ forks []sync.Mutex }

// New lays the table for n philosophers.
func New(n int) *Table { return &Table{forks: make([]sync.Mutex, n)} }

// Take waits until philosopher i has both forks.
func (t *Table) Take(i int) {
	j := (i + 1) % len(t.forks)
	t.forks[min(i, j)].Lock()
	t.forks[max(i, j)].Lock()
}

// Put puts both forks of philosopher i back.
func (t *Table) Put(i int) {
	t.forks[i].Unlock()
	t.forks[(i+1)%len(t.forks)].Unlock()
}
