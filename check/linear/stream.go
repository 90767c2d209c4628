package linear

import (
	"fmt"

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
	if h.End == record.Stuck {
		if fs := lostWakeups(stuckStream(spec.Config(), h, nameBytes(o))); len(fs) > 0 {
			return Decision{Answer: Unexplained, Findings: fs, Engine: streamMonitor}
		}
	}
	d := streamSearch(spec, h, o, generally)
	if d.Answer != Unexplained || d.Findings[0].Code == verdict.LostWakeup {
		return d
	}
	if open, ok := unclosed(h); ok && streamSearch(spec, open, o, explained).Answer == Explained {
		d.Findings[0].Code = verdict.BrokenBoundary
		d.Findings[0].Message = "the end came too early, or somebody went on after it: no other order of these operations explains their results"
		return d
	}
	// Each rule is relaxed in turn: the one without which an order exists is broken.
	for _, relaxed := range relaxations(spec.Config()) {
		c := spec.Config()
		relaxed.change(&c)
		if c == spec.Config() {
			continue
		}
		if streamSearch(model.NewStream(c), h, o, explained).Answer == Explained {
			d.Findings[0].Code = relaxed.code
			d.Findings[0].Message = relaxed.message + ": no other order of these operations explains their results"
			return d
		}
	}
	return d
}

// relaxation is a rule that a stream may have broken, and how its promise is without it.
type relaxation struct {
	code    verdict.Code
	message string
	change  func(c *model.StreamConfig)
}

// relaxations are the rules of a stream, those that break alone before those that others
// excuse, too.
func relaxations(config model.StreamConfig) []relaxation {
	short := relaxation{verdict.FalseRefusal, "a read got fewer bytes than were there, or a write that does not wait sent fewer than there was room for, and short ones are not promised",
		func(c *model.StreamConfig) { c.Short = true }}
	refused := relaxation{verdict.FalseRefusal, "an operation was refused, or gave up, that could go on",
		func(c *model.StreamConfig) { c.Refusals, c.Deadlines, c.Short = model.Spurious, model.Spurious, true }}
	if config.Capacity == 0 {
		return []relaxation{short, refused,
			{verdict.Overflow, "bytes were held, and there is no buffer",
				func(c *model.StreamConfig) { c.Capacity, c.Atomic = model.NoLimit, model.MaxPiece }},
			{verdict.BrokenBoundary, "the bytes of a write did not stay together",
				func(c *model.StreamConfig) { c.Capacity, c.Atomic = model.NoLimit, 0 }}}
	}
	return []relaxation{
		{verdict.BrokenBoundary, "close_read ended what is sent to the reader, and with half-close that goes on",
			func(c *model.StreamConfig) { c.HalfClose = false }},
		{verdict.BrokenBoundary, fmt.Sprintf("the bytes of a write of at most %d did not stay together", config.Atomic),
			func(c *model.StreamConfig) { c.Atomic = 0 }},
		short, refused,
		{verdict.Overflow, fmt.Sprintf("more than %d bytes were inside", config.Capacity),
			func(c *model.StreamConfig) { c.Capacity = model.NoLimit }}}
}

func streamSearch(spec *model.Stream, h record.History, o Options, decide func(model.Spec, record.History, Options) Decision) Decision {
	o.Name = nameBytes(o)
	s, same := streams.LookAhead(spec, h)
	d := decide(s, same, o)
	for i := range d.Findings {
		d.Findings[i].Witness = h.Calls
	}
	return d
}
