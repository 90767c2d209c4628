// Package waitlist is the list of those who wait for an object, in the order in which
// they came. An element holds its own links, so that it leaves from anywhere in
// constant time and nothing is allocated. The object's mutex guards the list.
package waitlist

// Links are an element's place in a list. An element embeds them.
type Links[E any] struct {
	prev, next *E
	listed     bool
}

func (l *Links[E]) links() *Links[E] { return l }

// element is a pointer to what embeds [Links].
type element[E any] interface {
	*E
	links() *Links[E]
}

// List is a doubly linked list. The zero value is empty.
type List[E any, P element[E]] struct{ first, last *E }

// First is the element that has been in the list longest, nil if it is empty.
func (l *List[E, P]) First() *E { return l.first }

// Next is the element after e, which is in the list, nil after the last.
func (l *List[E, P]) Next(e *E) *E { return P(e).links().next }

// Append puts e, which is in no list, at the end.
func (l *List[E, P]) Append(e *E) {
	n := P(e).links()
	n.prev, n.next, n.listed = l.last, nil, true
	if l.last == nil {
		l.first = e
	} else {
		P(l.last).links().next = e
	}
	l.last = e
}

// Remove takes e out. It reports false, and does nothing, if e is in no list.
func (l *List[E, P]) Remove(e *E) bool {
	n := P(e).links()
	if !n.listed {
		return false
	}
	if n.prev == nil {
		l.first = n.next
	} else {
		P(n.prev).links().next = n.next
	}
	if n.next == nil {
		l.last = n.prev
	} else {
		P(n.next).links().prev = n.prev
	}
	*n = Links[E]{}
	return true
}
