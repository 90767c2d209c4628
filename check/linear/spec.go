package linear

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/model"
)

// SpecWords are what [ParseSpec] takes.
const SpecWords = "unbounded, bounded:K, rendezvous, mailbox or bag, the last two with :K if they are bounded, and perhaps ,weak, ,abortable or ,spurious"

// ParseSpec reads the short form of what a buffer promises: "unbounded",
// "bounded:4", "rendezvous", "mailbox" (per-producer order), "bag"; the last two
// are unbounded unless a capacity follows. ",weak", ",abortable" and ",spurious" say when it may
// refuse; deadlines keep to the same.
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
	switch mode {
	case "strict":
	case "weak":
		c.Refusals, c.Deadlines = model.Weak, model.Weak
	case "abortable":
		c.Refusals, c.Deadlines = model.Abortable, model.Abortable
	case "spurious":
		c.Refusals, c.Deadlines = model.Spurious, model.Spurious
	default:
		return wrong(fmt.Sprintf("unknown mode of refusal %q", mode))
	}
	return c, nil
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
