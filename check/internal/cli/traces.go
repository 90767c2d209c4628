package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// maxInput bounds a file of traces, in bytes.
const maxInput = 256 << 20

// readRuns reads JSON objects, traces or verdicts, and returns the runs that
// they carry, in order. It is an error if there is none.
func readRuns(name string, r io.Reader) ([]pastRun, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, usagef("replay: %v", err)
	}
	if len(b) > maxInput {
		return nil, usagef("replay: %s has more than %d bytes", name, maxInput)
	}
	var runs []pastRun
	objects := 0
	for d := json.NewDecoder(bytes.NewReader(b)); ; objects++ {
		begin := d.InputOffset()
		var raw json.RawMessage
		err := d.Decode(&raw)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			begin = d.InputOffset() - int64(len(raw))
			runs, err = appendRuns(runs, name, raw)
		}
		if err != nil {
			return nil, usagef("replay: %s: line %d: %v", name, lineOf(b, begin, err), describeJSON(err))
		}
	}
	if len(runs) == 0 {
		what := "it is empty"
		if objects > 0 {
			what = "no verdict in it has a finding with a trace"
		}
		return nil, usagef("replay: %s holds no trace: %s", name, what)
	}
	return runs, nil
}

// appendRuns adds the runs of one object.
func appendRuns(runs []pastRun, name string, raw json.RawMessage) ([]pastRun, error) {
	var head struct {
		Schema  *string `json:"schema"`
		Format  *string `json:"format"`
		Action  *string // of an event of ipccheck test -json
		Verdict json.RawMessage
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, err
	}
	add := func(t *verdict.Trace) error {
		if !verdict.ReadsTrace(t.Format) {
			return usagef("the format is %s, expected %q", words.Quote(t.Format), verdict.TraceFormat)
		}
		if t.Replay == "" {
			return usagef("the trace has no replay string: it does not say how to repeat the run")
		}
		runs = append(runs, pastRun{from: name, text: t.Replay, trace: t})
		return nil
	}
	switch {
	case head.Action != nil && head.Verdict == nil:
		return runs, nil
	case head.Action != nil:
		return appendRuns(runs, name, head.Verdict)
	case head.Format != nil:
		var t verdict.Trace
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, err
		}
		err := add(&t)
		return runs, err
	case head.Schema != nil && *head.Schema != verdict.Schema:
		return nil, usagef("the schema is %s, expected %q", words.Quote(*head.Schema), verdict.Schema)
	case head.Schema != nil:
		var v verdict.Verdict
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, err
		}
		for _, f := range v.Findings {
			if f.Trace == nil {
				continue
			}
			if err := add(f.Trace); err != nil {
				return nil, err
			}
		}
		return runs, nil
	}
	return nil, usagef("expected a trace with \"format\":%q or a verdict with \"schema\":%q", verdict.TraceFormat, verdict.Schema)
}

// lineOf is the line of the input at which reading failed; begin is where the
// object begins.
func lineOf(b []byte, begin int64, err error) int {
	at := begin
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	at = max(0, min(at, int64(len(b))))
	return 1 + bytes.Count(b[:at], []byte("\n"))
}

// describeJSON puts an error of the decoder into words.
func describeJSON(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the object is cut off")
	case errors.As(err, &kind) && kind.Field != "":
		return usagef("field %s: unexpected %s", kind.Field, kind.Value)
	case errors.As(err, &kind):
		return usagef("expected an object, not %s", kind.Value)
	case errors.As(err, &syntax):
		return usagef("%v: expected JSON, as -json writes it", err)
	}
	return err
}
