package model

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A key is a sequence of variable-length integers, seven bits a byte, in the
// shortest form. A queue is its number of items (of producers, where order is
// per producer) with the closed bit below it, and then the items; each producer
// is followed by how many items are its own.

func (r *rules) appendQueue(b []byte, q queue) []byte {
	n := len(q.items)
	if r.order == PerProducer {
		n = 0
		for i := range q.items {
			if r.next(q, i) {
				n++
			}
		}
	}
	n <<= 1
	if q.closed {
		n |= 1
	}
	b = binary.AppendUvarint(b, uint64(n))
	for i, it := range q.items {
		if r.order == PerProducer && r.next(q, i) {
			own := 1
			for i+own < len(q.items) && q.items[i+own].producer == it.producer {
				own++
			}
			b = binary.AppendVarint(b, int64(it.producer))
			b = binary.AppendUvarint(b, uint64(own))
		}
		b = binary.AppendVarint(b, it.value)
	}
	return b
}

// readQueue reads what appendQueue wrote, and nothing else.
func (r *rules) readQueue(k *keyReader) queue {
	head := k.count(1)
	q := queue{closed: head&1 == 1}
	n := head >> 1
	if r.order != PerProducer {
		if n > 0 {
			q.items = make([]item, 0, n)
		}
		for range n {
			it := item{value: k.varint()}
			if i := len(q.items); r.order == Bag && i > 0 && q.items[i-1].value > it.value {
				k.fail("items out of order")
			}
			q.items = append(q.items, it)
		}
	} else {
		for range n {
			p := int(k.varint())
			own := k.count(0)
			if own == 0 {
				k.fail("a producer without items")
			}
			if i := len(q.items); i > 0 && q.items[i-1].producer >= p {
				k.fail("producers out of order")
			}
			for range own {
				q.items = append(q.items, item{k.varint(), p})
			}
		}
	}
	if r.capacity != NoLimit && len(q.items) > r.capacity {
		k.fail("%d items, the capacity is %d", len(q.items), r.capacity)
	}
	return q
}

// keyReader reads a key. After an error it gives zeroes.
type keyReader struct {
	key string
	at  int
	err error
}

func (k *keyReader) fail(format string, args ...any) {
	if k.err == nil {
		k.err = fmt.Errorf("%s before byte %d", fmt.Sprintf(format, args...), k.at)
		k.at = len(k.key)
	}
}

func (k *keyReader) uvarint() uint64 {
	var v uint64
	for i := 0; ; i++ {
		if k.at == len(k.key) {
			k.fail("the key ends early,")
			return 0
		}
		c := k.key[k.at]
		k.at++
		if i == binary.MaxVarintLen64-1 && c > 1 {
			k.fail("an integer too large")
			return 0
		}
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			if c == 0 && i > 0 {
				k.fail("an integer longer than need be")
				return 0
			}
			return v
		}
	}
}

func (k *keyReader) varint() int64 {
	u := k.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// count reads a number that has so many bits of something else below it, and
// that counts things of which each takes a byte or more.
func (k *keyReader) count(bits int) int {
	v := k.uvarint()
	if v>>bits > uint64(len(k.key)-k.at) {
		k.fail("a count of %d", v>>bits)
		return 0
	}
	return int(v)
}

// end returns the first error; something left over is one.
func (k *keyReader) end(of Spec) error {
	if k.err == nil && k.at < len(k.key) {
		k.err = errors.New("something follows the state")
	}
	if k.err != nil {
		return fmt.Errorf("key %x is no state of the %s: %w", k.key, of.Name(), k.err)
	}
	return nil
}

func appendCount(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) }

func appendInt(b []byte, n int) []byte { return binary.AppendVarint(b, int64(n)) }
