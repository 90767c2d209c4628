package table

import "sync"

// Table has the forks.
type Table struct{ forks []sync.Mutex }

// New lays the table for n philosophers.
func New(n int) *Table { return &Table{forks: make([]sync.Mutex, n)} }

// Take waits until philosopher i has both forks: first the left one, then the right one.
func (t *Table) Take(i int) {
	t.forks[i].Lock()
	t.forks[(i+1)%len(t.forks)].Lock()
}

// Put puts both forks of philosopher i back.
func (t *Table) Put(i int) {
	t.forks[i].Unlock()
	t.forks[(i+1)%len(t.forks)].Unlock()
}
