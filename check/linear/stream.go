package linear

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear/internal/streams"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// StreamFaults finds what is certainly wrong with the history of a stream whose
// bytes are each written once: bytes that nobody wrote, that come twice, too
// early, in another order, after the end, or never; and writes that are done with a
// part. Each code once. It errs towards silence, and says nothing where a byte is
// written twice. It takes O(n²) time for n bytes.
func StreamFaults(config model.StreamConfig, h record.History, o Options) []Finding {
	var out []Finding
	for _, f := range streams.Faults(config, h, nameBytes(o), o.Drained) {
		found := Finding{Code: f.Code, Message: f.Message}
		for _, i := range f.Ops {
			found.Witness = append(found.Witness, h.Calls[i])
		}
		out = append(out, found)
	}
	return out
}

func nameBytes(o Options) func(int64) string {
	if o.Name != nil {
		return o.Name
	}
	return func(v int64) string {
		b, _ := model.Bytes(v)
		return fmt.Sprintf("%q", b)
	}
}

// stream decides the history of a stream of bytes.
func stream(spec *model.Stream, h record.History, o Options) Decision {
	if fs := StreamFaults(spec.Config(), h, o); len(fs) > 0 {
		return Decision{Answer: Unexplained, Findings: fs, Engine: streamMonitor}
	}
	if f, ok := stuckStream(spec.Config(), h, o); ok {
		return Decision{Answer: Unexplained, Findings: []Finding{f}, Engine: streamMonitor}
	}
	d := streamSearch(spec, h, o)
	if d.Answer != Unexplained {
		return d
	}
	// What explains it when it is allowed is what is wrong.
	for _, relaxed := range []struct {
		code    verdict.Code
		message string
		change  func(c *model.StreamConfig)
	}{
		{verdict.BrokenBoundary, fmt.Sprintf("the bytes of a write of at most %d did not stay together", spec.Config().Atomic),
			func(c *model.StreamConfig) { c.Atomic = 0 }},
		{verdict.FalseRefusal, "an operation was refused, or gave up, that could go on",
			func(c *model.StreamConfig) { c.Refusals, c.Deadlines, c.Short = model.Spurious, model.Spurious, true }},
		{verdict.Overflow, fmt.Sprintf("more than %d bytes were inside", spec.Config().Capacity),
			func(c *model.StreamConfig) { c.Capacity = model.NoLimit }},
	} {
		c := spec.Config()
		relaxed.change(&c)
		if c == spec.Config() {
			continue
		}
		if streamSearch(model.NewStream(c), h, o).Answer == Explained {
			d.Findings[0].Code = relaxed.code
			d.Findings[0].Message = relaxed.message + ": no other order of these operations explains their results"
			return d
		}
	}
	return d
}

func streamSearch(spec *model.Stream, h record.History, o Options) Decision {
	s, same := streams.LookAhead(spec, h)
	d := generally(s, same, o)
	for i := range d.Findings {
		d.Findings[i].Witness = h.Calls
	}
	return d
}

// stuckStream finds an operation that still waits though it need not, in a run in
// which nobody can go on.
func stuckStream(config model.StreamConfig, h record.History, o Options) (Finding, bool) {
	if h.End != record.Stuck {
		return Finding{}, false
	}
	inside, wanted := 0, 0 // bytes of what has returned, and of long writes that wait
	needed := 0            // by the shortest of the short ones
	closed := model.Kind(0)
	var read, short, long *record.Call
	for i := range h.Calls {
		c := &h.Calls[i]
		b, _ := model.Bytes(c.Value)
		switch {
		case c.Pending() && c.Kind.Receives():
			read = c
		case c.Pending() && c.Kind.Sends() && len(b) > config.Atomic:
			long, wanted = c, wanted+len(b)
		case c.Pending() && c.Kind.Sends():
			if short == nil || len(b) < needed {
				short, needed = c, len(b)
			}
		case c.Kind.Sends():
			inside += c.Result().N
		case c.Kind.Receives() && c.Done():
			inside -= len(b)
		case (c.Kind == model.Close || c.Kind == model.CloseRead) && c.Done():
			closed = c.Kind
		}
	}
	name := nameBytes(o)
	late := func(c *record.Call, why string, args ...any) (Finding, bool) {
		what := c.Kind.String()
		if c.Kind.Sends() {
			what += " of " + name(c.Value)
		}
		return Finding{verdict.LostWakeup, what + " still waits " + fmt.Sprintf(why, args...), []record.Call{*c}}, true
	}
	for i := range h.Calls {
		switch c := &h.Calls[i]; {
		case !c.Pending():
		case !c.Kind.Waits():
			return late(c, "and must answer at once")
		case c.Kind == model.SendContext || c.Kind == model.RecvContext:
			return late(c, "and must not wait forever")
		case closed != 0:
			return late(c, "though %v has returned", closed)
		}
	}
	unlimited := config.Capacity == model.NoLimit
	room := config.Capacity - inside
	switch {
	case read != nil && inside > 0:
		return late(read, "while %s inside", words.Plural(inside, "byte is", "bytes are"))
	case read != nil && long != nil:
		return late(long, "while somebody waits to read")
	case read != nil && short != nil:
		return late(short, "while somebody waits to read, and there is room")
	case long != nil && (unlimited || wanted <= room):
		return late(long, "while there is room for all that is being written")
	case short != nil && long == nil && (unlimited || needed <= room):
		return late(short, "while there is room for it")
	}
	return Finding{}, false
}
