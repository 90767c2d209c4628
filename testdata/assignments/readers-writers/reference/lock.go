package lock

import "sync"

// Lock is a monitor that lets readers in together and writers alone, and writers first.
type Lock struct {
	mu                sync.Mutex
	mayRead, mayWrite *sync.Cond
	readers, waiting  int // readers inside; writers that wait
	writing           bool
}

// New makes a lock that nobody is inside of.
func New() *Lock {
	l := &Lock{}
	l.mayRead, l.mayWrite = sync.NewCond(&l.mu), sync.NewCond(&l.mu)
	return l
}

// StartRead waits while a writer is inside, or waits.
func (l *Lock) StartRead() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.writing || l.waiting > 0 {
		l.mayRead.Wait()
	}
	l.readers++
}

// EndRead lets a writer in, if no other reader is inside.
func (l *Lock) EndRead() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readers--
	if l.readers == 0 {
		l.mayWrite.Signal()
	}
}

// StartWrite waits while anybody is inside.
func (l *Lock) StartWrite() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting++
	for l.writing || l.readers > 0 {
		l.mayWrite.Wait()
	}
	l.waiting--
	l.writing = true
}

// EndWrite lets a writer in, or the readers if none waits.
func (l *Lock) EndWrite() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing = false
	if l.waiting > 0 {
		l.mayWrite.Signal()
	} else {
		l.mayRead.Broadcast()
	}
}
