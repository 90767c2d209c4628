package queue

// Queue: your fields.
type Queue struct{}

func New(size int) *Queue { panic("TODO") }

func (q *Queue) Offer(v int) bool { panic("TODO") }

func (q *Queue) Poll() (int, bool) { panic("TODO") }
