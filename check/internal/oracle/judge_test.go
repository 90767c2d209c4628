package oracle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/oracle"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// history writes notes: each line is a call, "p send 1" or "p send@other 1", or a return,
// "p = ok" with what was received.
func history(object string, lines ...string) []oracle.Note {
	notes := []oracle.Note{{Key: oracle.ObjectKey, Value: object}}
	for _, l := range lines {
		var process, op, status string
		v := 0
		if n, _ := fmt.Sscanf(l, "%s = %s %d", &process, &status, &v); n >= 2 {
			notes = append(notes, oracle.Note{Key: oracle.ReturnKey, Value: fmt.Sprintf(`{"Process":%q,"Status":%q,"Value":%d}`, process, status, v)})
			continue
		}
		fmt.Sscanf(l, "%s %s %d", &process, &op, &v)
		op, where, _ := strings.Cut(op, "@")
		kinds := map[string]string{"recv": "receive", "try-send": "try to send", "try-recv": "try to receive", "send-ctx": "send with a context", "recv-ctx": "receive with a context", "len": "length"}
		if k, ok := kinds[op]; ok {
			op = k
		}
		notes = append(notes, oracle.Note{Key: oracle.CallKey, Value: fmt.Sprintf(`{"Process":%q,"Op":%q,"Value":%d,"Where":%q}`, process, op, v, where)})
	}
	return notes
}

// Each history has the fault that it shows; the same without it is right.
func TestHistories(t *testing.T) {
	const one, two, meeting = `{"Capacity":1}`, `{"Capacity":2}`, `{"Capacity":0}`
	stuck := oracle.End{Stuck: true}
	for _, c := range []struct {
		name    string
		want    verdict.Code
		object  string
		end     oracle.End
		history []string
	}{
		{"passed on", "", one, oracle.End{}, []string{"p send 1", "c recv", "p = ok", "c = ok 1"}},
		{"a receive waits for nothing", "", one, stuck, []string{"c recv"}},
		{"a send waits for room", "", one, stuck, []string{"p send 1", "p = ok", "p send 2"}},
		{"invented", verdict.InventedItem, one, oracle.End{}, []string{"c recv", "c = ok 7"}},
		{"received before it is sent", verdict.InventedItem, one, oracle.End{}, []string{"c recv", "c = ok 1", "p send 1", "p = ok"}},
		{"twice", verdict.DuplicatedItem, two, oracle.End{}, []string{"p send 1", "p = ok", "c recv", "c = ok 1", "d recv", "d = ok 1"}},
		{"overtaken", verdict.ReorderedItem, two, oracle.End{}, []string{"p send 1", "p = ok", "p send 2", "p = ok", "c recv", "c = ok 2", "c recv", "c = ok 1"}},
		{"both orders of what overlaps", "", two, oracle.End{}, []string{"p send 1", "q send 2", "p = ok", "q = ok", "c recv", "c = ok 2", "c recv", "c = ok 1"}},
		{"no order in a bag", "", `{"Capacity":2,"Order":"bag"}`, oracle.End{}, []string{"p send 1", "p = ok", "p send 2", "p = ok", "c recv", "c = ok 2", "c recv", "c = ok 1"}},
		{"too many", verdict.Overflow, one, oracle.End{}, []string{"p send 1", "p = ok", "p send 2", "p = ok"}},
		{"lost", verdict.LostItem, one, oracle.End{}, []string{"p send 1", "p = ok", "c try-recv", "c = empty"}},
		{"lost, as the length says", verdict.LostItem, one, stuck, []string{"p send 1", "p = ok", "c recv", "m len", "m = ok 0"}},
		{"inside, as the length says, and refused", verdict.FalseRefusal, one, oracle.End{}, []string{"p send 1", "p = ok", "c try-recv", "c = empty", "m len", "m = ok 1"}},
		{"refused, and received after that", verdict.FalseRefusal, one, oracle.End{}, []string{"p send 1", "p = ok", "c try-recv", "c = empty", "c try-recv", "c = ok 1", "c try-recv", "c = empty"}},
		{"refused, and lost, as the length says", verdict.LostItem, one, oracle.End{}, []string{"p send 1", "p = ok", "c try-recv", "c = empty", "m len", "m = ok 0"}},
		{"not woken", verdict.LostWakeup, one, stuck, []string{"c recv", "p send 1", "p = ok", "m len", "m = ok 1"}},
		{"not woken, and somebody waits for a lock", verdict.Deadlock, one, oracle.End{Stuck: true, Locked: true}, []string{"c recv", "p send 1"}},
		{"two objects", "", one, stuck, []string{"p send 1", "p = ok", "q send 2", "r send@other 3", "r = ok", "r recv@other", "r = ok 3", "r recv@other"}},
		{"from another object", verdict.InventedItem, one, stuck, []string{"p send@other 1", "p = ok", "c recv", "c = ok 1"}},
		{"hindered by another object", verdict.LostWakeup, one, stuck, []string{"p send 1", "p = ok", "q send 2", "r send@other 3"}},
		{"refused", verdict.FalseRefusal, one, oracle.End{}, []string{"p try-send 1", "p = full"}},
		{"refused beside another", "", `{"Capacity":1,"Refusals":"spurious"}`, oracle.End{}, []string{"c try-recv", "p try-send 1", "p = full", "c = empty"}},
		{"closed", "", one, oracle.End{}, []string{"x close", "x = ok", "c recv", "c = closed", "p send 1", "p = closed"}},
		{"closed twice", verdict.BrokenBoundary, one, oracle.End{}, []string{"x close", "x = ok", "x close", "x = ok"}},
		{"closed twice, as promised", "", `{"Capacity":1,"IdempotentClose":true}`, oracle.End{}, []string{"x close", "x = ok", "x close", "x = ok"}},
		{"closed for nothing", verdict.BrokenBoundary, one, oracle.End{}, []string{"c recv", "c = closed"}},
		{"waits though it is closed", verdict.LostWakeup, one, stuck, []string{"c recv", "x close", "x = ok"}},
		{"accepted after the end", verdict.LostItem, one, oracle.End{}, []string{"p send 1", "x close", "x = ok", "c recv", "c = closed", "p = ok"}},
		{"a context that has ended", "", one, oracle.End{}, []string{"c recv-ctx", "m cancel", "m = ok", "c = deadline"}},
		{"waits though its context has ended", verdict.LostWakeup, one, stuck, []string{"c recv-ctx", "m cancel", "m = ok"}},
		{"an error that it does not have", verdict.BrokenBoundary, one, oracle.End{}, []string{"p send 1", "p = unknown"}},
		{"a meeting", "", meeting, oracle.End{}, []string{"p send 1", "c recv", "c = ok 1", "p = ok"}},
		{"over before anybody came", verdict.Overflow, meeting, oracle.End{}, []string{"p send 1", "p = ok", "c recv", "c = ok 1"}},
		{"both wait", verdict.LostWakeup, meeting, stuck, []string{"p send 1", "c recv"}},
		{"given up", "", one, oracle.End{Cut: true}, []string{"c recv", "p send 1", "p = ok"}},
	} {
		code, message, _ := oracle.Judge(history(c.object, c.history...), c.end)
		assert.Equal(t, c.want, code, "%s: %s", c.name, message)
	}
}

// Notes that are no history are not judged.
func TestNoHistory(t *testing.T) {
	_, _, ok := oracle.Judge([]oracle.Note{{Key: "color", Value: "green"}}, oracle.End{})
	assert.False(t, ok)
	must, _ := oracle.MustBlock(nil)
	assert.False(t, must)
	must, pending := oracle.MustBlock(history(`{"Capacity":1}`, "c recv"))
	assert.True(t, must)
	assert.True(t, pending)
}
