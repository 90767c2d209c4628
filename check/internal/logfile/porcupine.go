package logfile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Porcupine is the format of what encoding/json makes of porcupine's histories.
const Porcupine Format = "porcupine"

func init() {
	register(50, format{name: Porcupine, title: "porcupine's operations or events as JSON", read: (*builder).readPorcupine,
		detect: func([]byte) mark { return foreign }, detectHead: jsonArray})
}

// porcupineEntry is a porcupine.Operation or a porcupine.Event.
type porcupineEntry struct {
	ClientID *int64 `json:"ClientId"`
	// Of an operation.
	Input, Output json.RawMessage
	Call, Return  *int64
	// Of an event. Kind is false for a call.
	Kind     *bool
	Value    json.RawMessage
	ID       *int64 `json:"Id"`
	Metadata json.RawMessage
}

// readPorcupine reads a JSON array of porcupine's Operation or Event. Input and Output
// have the types of a model, and so many forms. Those of a queue that are read: an input
// is a text ("enq(7)", "deq"), a list (["enq", 7]) or an object ({"op":"enq","value":7},
// where op may also be called kind, method, f or name); an output is an object
// ({"value":7}, {"status":"empty"}), or what was removed, null if nothing was; of what puts something
// null, true, "ok", false or "full". What package model has for a call and a
// result is read as encoding/json writes it. An operation without a Return is pending.
func (b *builder) readPorcupine() error {
	d := json.NewDecoder(b.in.r)
	d.DisallowUnknownFields()
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return b.in.whole("is no JSON array: want one of porcupine's operations or events")
	}
	events := map[int64]int32{}
	kept := map[int32]porcupineCall{} // by number
	isEvents := false
	for n := 1; d.More(); n++ {
		fail := func(format string, args ...any) error {
			return b.in.whole("entry %d: %s", n, fmt.Sprintf(format, args...))
		}
		var e porcupineEntry
		if err := d.Decode(&e); err != nil {
			return fail("%s", plain(err))
		}
		if len(b.log.Calls) == math.MaxInt32 {
			return fail("more than %d operations", math.MaxInt32)
		}
		event := e.Kind != nil
		switch {
		case e.ClientID == nil, *e.ClientID < 0, *e.ClientID > math.MaxInt32:
			return fail(`want a "ClientId" from 0 to %d`, math.MaxInt32)
		case n > 1 && event != isEvents:
			return fail("operations and events are mixed")
		case event && (e.ID == nil || e.Value == nil || e.Call != nil || e.Return != nil || e.Input != nil || e.Output != nil):
			return fail(`want an event with "ClientId", "Kind", "Value" and "Id"`)
		case !event && (e.Call == nil || e.Input == nil || e.ID != nil || e.Value != nil):
			return fail(`want an operation with "ClientId", "Input", "Call", "Output" and "Return"`)
		}
		isEvents = event
		p := int32(*e.ClientID)
		if !event {
			c, err := b.porcupineInput(e.Input, p)
			if err != nil {
				return fail("%v", err)
			}
			c.Call.Call = *e.Call
			if e.Return != nil {
				c.Return = *e.Return
				if c.Return < c.Call.Call || c.Return == record.Never {
					return fail("it returns at %d, and is called at %d", c.Return, c.Call.Call)
				}
				if err := b.porcupineOutput(e.Output, &c); err != nil {
					return fail("%v", err)
				}
			}
			b.log.Calls = append(b.log.Calls, c.Call)
			continue
		}
		if !*e.Kind {
			if _, open := events[*e.ID]; open {
				return fail("a second call with the Id %d", *e.ID)
			}
			c, err := b.porcupineInput(e.Value, p)
			if err != nil {
				return fail("%v", err)
			}
			c.Call.Call = int64(n)
			events[*e.ID] = int32(len(b.log.Calls))
			kept[int32(len(b.log.Calls))] = c
			b.log.Calls = append(b.log.Calls, c.Call)
			continue
		}
		k, open := events[*e.ID]
		c := kept[k]
		if !open || c.Proc != p {
			return fail("it returns with the Id %d, and process %d has called nothing with it", *e.ID, p)
		}
		delete(events, *e.ID)
		delete(kept, k)
		c.Return = int64(n)
		if err := b.porcupineOutput(e.Value, &c); err != nil {
			return fail("%v", err)
		}
		b.log.Calls[k] = c.Call
	}
	if _, err := d.Token(); err != nil {
		return b.in.whole("is no JSON: %s", plain(err))
	}
	if d.More() {
		return b.in.whole("something follows the array")
	}
	return b.oneAtATime()
}

// oneAtATime reports an error where a process has two operations under way.
func (b *builder) oneAtATime() error {
	order := make([]int, len(b.log.Calls))
	for i := range order {
		order[i] = i
		if b.log.Calls[i].Pending() {
			b.log.End = record.Cut
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		x, y := &b.log.Calls[i], &b.log.Calls[j]
		return cmp.Or(cmp.Compare(x.Proc, y.Proc), cmp.Compare(x.Call, y.Call), cmp.Compare(x.Return, y.Return))
	})
	for n := 1; n < len(order); n++ {
		x, y := &b.log.Calls[order[n-1]], &b.log.Calls[order[n]]
		if x.Proc == y.Proc && y.Call < x.Return {
			return b.in.whole("client %d has two operations under way at once, called at %d and %d", x.Proc, x.Call, y.Call)
		}
	}
	b.inOrder()
	return nil
}

// porcupineCall is a call; textual says that its input is a text, which does not tell
// numbers from other values.
type porcupineCall struct {
	record.Call
	textual bool
}

// word is a value in a text: a whole number, or anything else.
func (b *builder) word(s string) int64 {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return b.log.Values.integer(n)
	}
	return b.log.Values.text(quote(s))
}

const porcupineInputs = `want a text like "enq(7)" or "deq", a list like ["enq",7], or an object like {"op":"enq","value":7}`

// porcupineInput is the call of an input.
func (b *builder) porcupineInput(raw json.RawMessage, p int32) (porcupineCall, error) {
	c := porcupineCall{Call: record.Call{Return: record.Never, Proc: p, From: model.AnyPeer}}
	v, err := b.scalarOrTree(raw)
	if err != nil {
		return c, err
	}
	wrong := fmt.Errorf("the input %s: %s", raw, porcupineInputs)
	var name any
	var value any
	valued, ofModel := false, false
	switch x := v.(type) {
	case string:
		text, arg, called := strings.Cut(strings.TrimSpace(x), "(")
		if called {
			arg, called = strings.CutSuffix(arg, ")")
			if !called {
				return c, wrong
			}
		} else {
			text, arg, _ = strings.Cut(text, " ")
		}
		c.textual = true
		if name = text; arg != "" {
			c.Value, valued = b.word(strings.TrimSpace(arg)), true
		}
	case []any:
		if len(x) == 0 || len(x) > 2 {
			return c, wrong
		}
		if name = x[0]; len(x) == 2 {
			value, valued = x[1], true
		}
	case map[string]any:
		for key, e := range x {
			switch strings.ToLower(key) {
			case "op", "kind", "method", "f", "name":
				if name != nil {
					return c, wrong
				}
				name = e
			case "value", "v", "arg":
				value, valued = e, e != nil
			case "proc":
				ofModel = true
			case "size", "peer", "box", "contended", "overlapped":
				// What package model has besides.
			default:
				return c, fmt.Errorf("%w; it has %q", wrong, key)
			}
		}
	}
	switch x := name.(type) {
	case json.Number: // of package model
		if !ofModel {
			return c, fmt.Errorf("the input %s: which operation the number %s stands for only its model knows; %s", raw, x, porcupineInputs)
		}
		n, err := x.Int64()
		if err != nil || n < 0 || n > int64(model.Close) {
			return c, wrong
		}
		if c.Kind = model.Kind(n); !c.Kind.Sends() {
			return c, nil
		}
	case string:
		k, known := kinds[x]
		puts, ok := method(strings.ToLower(x))
		switch {
		case known:
			c.Kind = k
		case ok && puts:
			c.Kind = model.Send
		case ok:
			c.Kind = model.TryRecv
		default:
			return c, wrong
		}
	default:
		return c, wrong
	}
	if value != nil {
		if c.Value, err = b.scalar(value); err != nil {
			return c, err
		}
	}
	if valued != c.Kind.Sends() {
		if _, isObject := v.(map[string]any); isObject && isZero(value) {
			c.Value = 0
			return c, nil // a field of a struct that says nothing here
		}
		if valued {
			return c, fmt.Errorf("the input %s has a value, and %v sends none", raw, c.Kind)
		}
		return c, fmt.Errorf("the input %s has no value, and %v sends one", raw, c.Kind)
	}
	return c, nil
}

// isZero reports whether a value is what encoding/json writes of a field that was not set.
func isZero(v any) bool { return v == json.Number("0") || v == "" || v == false }

// porcupineOutput notes the output of a call.
func (b *builder) porcupineOutput(raw json.RawMessage, c *porcupineCall) error {
	v, err := b.scalarOrTree(raw)
	if err != nil {
		return err
	}
	wrong := fmt.Errorf("the output %s of %v", raw, c.Kind)
	receives := c.Kind.Receives()
	if m, ok := v.(map[string]any); ok {
		status, valued := model.OK, false
		var value any
		for key, e := range m {
			switch strings.ToLower(key) {
			case "status":
				switch x := e.(type) {
				case string:
					status, ok = statuses[x]
				case json.Number: // of package model
					n, err := x.Int64()
					status, ok = model.Status(n), err == nil && n >= 0 && n <= int64(model.Failed)
				default:
					ok = false
				}
				if !ok {
					return fmt.Errorf("%w: its status is none of %s", wrong, retWords)
				}
			case "value", "v":
				value, valued = e, true
			case "from", "n":
				// What package model has besides.
			default:
				return fmt.Errorf("%w has %q: want \"status\" and \"value\"", wrong, key)
			}
		}
		if c.Status = status; !answers(c.Kind, status) {
			return fmt.Errorf("%w: %v answers %s", wrong, c.Kind, wanted(c.Kind))
		}
		if !receives || status != model.OK {
			return nil
		}
		if !valued {
			return fmt.Errorf("%w has no value", wrong)
		}
		c.Value, err = b.scalar(value)
		return err
	}
	switch {
	case receives && v == nil:
		if c.Kind == model.Recv {
			c.Kind = model.TryRecv
		}
		if c.Status = model.Empty; !answers(c.Kind, c.Status) {
			return wrong
		}
	case receives:
		text, ok := v.(string)
		if _, status := statuses[text]; ok && status {
			return fmt.Errorf("%w may be a value or an answer: want {\"value\":%s} or {\"status\":%[2]s}", wrong, raw)
		}
		if ok && c.textual {
			c.Value = b.word(text)
			return nil
		}
		c.Value, err = b.scalar(v)
		return err
	case v == nil, v == true, v == "ok":
	case v == false, v == "full":
		if c.Kind == model.Send {
			c.Kind = model.TrySend
		}
		if c.Status = model.Full; !answers(c.Kind, c.Status) {
			return wrong
		}
	default:
		return fmt.Errorf("%w: want null, true, \"ok\", false or \"full\"", wrong)
	}
	return nil
}

// scalarOrTree decodes a member, which may be missing.
func (b *builder) scalarOrTree(raw json.RawMessage) (any, error) {
	if raw == nil {
		return nil, nil
	}
	if err := unicodeOnly(raw); err != "" {
		return nil, fmt.Errorf("%s", err)
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// scalar is the number of a value.
func (b *builder) scalar(v any) (int64, error) {
	switch x := v.(type) {
	case json.Number:
		return b.number(x.String())
	case string:
		return b.log.Values.text(quote(x)), nil
	case bool:
		return b.log.Values.text(strconv.FormatBool(x)), nil
	case nil:
		return b.log.Values.text("null"), nil
	}
	return 0, fmt.Errorf("the value %s: want a number, a text, true, false or null", show(v))
}
