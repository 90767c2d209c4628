package linear

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/model"
)

// SpecWords are what [ParseSpec] takes.
const SpecWords = "unbounded, bounded:K, rendezvous, mailbox or bag, the last two with :K if they are bounded, and perhaps ,weak, ,abortable or ,spurious, and ,deadlines"

// ParseSpec reads the short form of what a buffer promises: "unbounded",
// "bounded:4", "rendezvous", "mailbox" (per-producer order), "bag"; the last two
// are unbounded unless a capacity follows. ",weak", ",abortable" and ",spurious" say when it may
// refuse; deadlines keep to the same, unless ",deadlines" says that they may come at
// any time.
func ParseSpec(s string) (model.BufferConfig, error) {
	wrong := func(why string) (model.BufferConfig, error) {
		return model.BufferConfig{}, fmt.Errorf("%s: want %s", why, SpecWords)
	}
	object, mode, moded := strings.Cut(s, ",")
	name, number, sized := strings.Cut(object, ":")
	capacity := model.NoLimit
	if sized {
		var err error
		if capacity, err = strconv.Atoi(number); err != nil || capacity < 1 || capacity > 1<<31-1 {
			return wrong(fmt.Sprintf("the capacity %q is no number from 1", number))
		}
	}
	c := model.BufferConfig{Capacity: capacity}
	switch name {
	case "unbounded", "rendezvous":
		if sized {
			return wrong(name + " has no capacity")
		}
		if name == "rendezvous" {
			c.Capacity = 0
		}
	case "bounded":
		if !sized {
			return wrong("bounded needs its capacity, as in bounded:4")
		}
	case "mailbox":
		c.Order = model.PerProducer
	case "bag":
		c.Order = model.Bag
	default:
		return wrong(fmt.Sprintf("unknown object %q", name))
	}
	if !moded {
		return c, nil
	}
	mode, deadlines, more := strings.Cut(mode, ",")
	if mode == "deadlines" && !more {
		mode, deadlines = "strict", mode
	} else if more && deadlines != "deadlines" {
		return wrong(fmt.Sprintf("unknown promise %q", deadlines))
	}
	refusals, known := refusalModes[mode]
	if !known {
		return wrong(fmt.Sprintf("unknown mode of refusal %q", mode))
	}
	c.Refusals, c.Deadlines = refusals, refusals
	if deadlines != "" {
		c.Deadlines = model.Spurious
	}
	return c, nil
}

var refusalModes = map[string]model.Refusals{"strict": model.Strict, "weak": model.Weak, "abortable": model.Abortable, "spurious": model.Spurious}

// StreamWords are what [ParseObject] takes of a stream.
const StreamWords = "stream, stream:BYTES or stream:BYTES:ATOMIC (BYTES: none or 0 is no limit, unbuffered is a stream that holds nothing, as io.Pipe; up to ATOMIC, else 0, are written at once), and perhaps ,short (reads may get fewer bytes than there are), ,weak, ,abortable or ,spurious, ,deadlines"

// holdsNothing stands for the capacity of a stream without a buffer: 0 is none there.
const holdsNothing = "unbuffered"

// ParseObject reads what [ParseSpec] does, and the short form of what a stream of
// bytes promises: "stream", "stream:4096", "stream:4096:512,short,weak".
func ParseObject(s string) (model.Spec, error) {
	object, extras, more := strings.Cut(s, ",")
	parts := strings.Split(object, ":")
	if parts[0] != "stream" {
		c, err := ParseSpec(s)
		if err != nil {
			return nil, fmt.Errorf("%w; or %s", err, StreamWords)
		}
		return model.NewBuffer(c), nil
	}
	wrong := func(why string) (model.Spec, error) { return nil, fmt.Errorf("%s: want %s", why, StreamWords) }
	var sizes [2]int
	if len(parts) > 3 {
		return wrong(fmt.Sprintf("%q has more than two sizes", object))
	}
	unbuffered := len(parts) > 1 && parts[1] == holdsNothing
	for i, text := range parts[1:] {
		if i == 0 && unbuffered {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 1<<31-1 {
			return wrong(fmt.Sprintf("the size %q is no number from 0", text))
		}
		sizes[i] = n
	}
	c := model.StreamConfig{Capacity: sizes[0], Atomic: sizes[1]}
	if c.Capacity == 0 && !unbuffered {
		c.Capacity = model.NoLimit
	}
	early := false
	for extra := range strings.SplitSeq(extras, ",") {
		mode, known := refusalModes[extra]
		switch {
		case known:
			c.Refusals, c.Deadlines = mode, mode
		case extra == "short":
			c.Short = true
		case extra == "deadlines":
			early = true
		case more:
			return wrong(fmt.Sprintf("unknown promise %q", extra))
		}
	}
	if early {
		c.Deadlines = model.Spurious
	}
	if err := c.Validate(); err != nil {
		return wrong(err.Error())
	}
	return model.NewStream(c), nil
}

// StreamOf is the short form for what the header of a history says of a stream; a
// capacity below 0 is none.
func StreamOf(capacity, atomic int, short bool) string {
	holds := strconv.Itoa(max(capacity, 0))
	if capacity == 0 {
		holds = holdsNothing
	}
	s := fmt.Sprintf("stream:%s:%d", holds, atomic)
	if short {
		s += ",short"
	}
	return s
}

// SpecOf is the short form for what the header of a history says: an object, and
// a capacity if it is not below 0. It is empty if the header names no object.
func SpecOf(object string, capacity int) string {
	switch {
	case object == "":
		return ""
	case capacity == 0 && object == "bounded" || object == "rendezvous":
		return "rendezvous"
	case capacity > 0 && object != "unbounded":
		return fmt.Sprintf("%s:%d", object, capacity)
	}
	return object
}
