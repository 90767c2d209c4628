package report_test

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// fixtures are verdicts by the name of the golden file that shows them.
func fixtures() map[string]*verdict.Verdict {
	return map[string]*verdict.Verdict{
		"pass":         pass(),
		"lost-item":    lostItem(),
		"deadlock":     deadlock(),
		"two-findings": twoFindings(),
		"inconclusive": inconclusive(),
		"suite":        suiteVerdict(),
		"hostile":      hostile(),
	}
}

func ringParams(producers int) []verdict.Param {
	return []verdict.Param{{Name: "size", Value: "4"}, {Name: "producers", Value: fmt.Sprint(producers)}, {Name: "items", Value: "2"}}
}

func pass() *verdict.Verdict {
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: "circular-queue", Kind: verdict.Model, Answer: verdict.Pass,
		Coverage: "every interleaving of these processes: all reachable states", Findings: []verdict.Finding{},
		Counts: verdict.Counts{Distinct: 5379492, Transitions: 43571041, Depth: 61}, Engine: "space", ElapsedMS: 12345,
		Params: ringParams(1), Unreached: []string{"consumer drain: take what is left after the close, until nothing is left in the queue (ring.go:70)"},
	}
}

// lostItem fits into a table with the statements in the columns.
func lostItem() *verdict.Verdict {
	const (
		look = "while (in+1)%N == out do nothing"
		put  = "buffer[in] = next"
		move = "in = (in+1)%N"
	)
	at := func(p int, label, text string, line int, changes ...verdict.Change) verdict.Step {
		changes = append(changes, verdict.Change{Name: "PC", From: "[0 0 0]", To: "[1 0 0]"})
		return verdict.Step{Process: p, Label: label, Text: text, Position: fmt.Sprintf("ring.go:%d", line), Changes: changes}
	}
	t := &verdict.Trace{
		Format: verdict.TraceFormat, Subject: "circular-queue", Params: ringParams(2),
		Processes: []string{"producer 1", "producer 2", "consumer"},
		Initial: []verdict.Variable{
			{Name: "In", Value: "0"}, {Name: "Out", Value: "0"}, {Name: "Buffer", Value: "[0 0 0 0]"}, {Name: "PC", Value: "[0 0 0]"},
		},
		Steps: []verdict.Step{
			at(0, "look", look, 31),
			at(1, "look", look, 31),
			at(0, "put", put, 33, verdict.Change{Name: "Buffer", From: "[0 0 0 0]", To: "[1 0 0 0]"}),
			at(1, "put", put, 33, verdict.Change{Name: "Buffer", From: "[1 0 0 0]", To: "[3 0 0 0]"}),
			at(0, "move", move, 35, verdict.Change{Name: "In", From: "0", To: "1"}),
		},
		Waiting: []verdict.Waiting{{Process: 1, Label: "move", For: "the other producer to leave", Position: "ring.go:35"}},
		Replay:  "circular-queue:size=4,producers=2,items=2#0.0,1.0,0.1,1.1,0.2",
	}
	t.Steps[3].Critical = true
	t.Steps[3].Note = "writes over item 1"
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: "circular-queue", Kind: verdict.Model, Answer: verdict.Fail,
		Coverage: "every interleaving of these processes, up to the first fault on each",
		Findings: []verdict.Finding{{
			Code: verdict.LostItem, Trace: t,
			Message: "item 1 was accepted, never delivered, and nothing holds it any more: producer 2 wrote item 3 over it",
		}},
		Counts: verdict.Counts{Distinct: 1204, Transitions: 3377, Depth: 23}, Engine: "space", ElapsedMS: 7, Params: ringParams(2),
	}
}

// deadlock has too many processes for statements in the columns.
func deadlock() *verdict.Verdict {
	const put, get = "if full join the wait set, else append and notify one", "if empty join the wait set, else remove and notify one"
	t := &verdict.Trace{
		Format: verdict.TraceFormat, Subject: "blocking-queue",
		Processes: []string{"producer 1", "producer 2", "producer 3", "producer 4", "consumer 1", "consumer 2", "consumer 3"},
		Initial:   []verdict.Variable{{Name: "N", Value: "0"}, {Name: "Waiting", Value: "[0 0 0 0 0 0 0]"}},
	}
	set := []byte("[0 0 0 0 0 0 0]")
	for i, p := range []int{6, 0, 0, 1, 5, 4} {
		s := verdict.Step{Process: p, Label: "put", Text: put, Position: "queue.go:12", Note: "full: waits"}
		if p > 3 {
			s = verdict.Step{Process: p, Label: "get", Text: get, Position: "queue.go:19", Note: "empty: waits"}
		}
		from := string(set)
		switch i {
		case 1:
			s.Note, s.Alt = "notifies consumer 3", 2
			s.Changes = []verdict.Change{{Name: "N", From: "0", To: "1"}}
		case 4:
			s.Note, s.Alt = "", 1
		default:
			set[1+2*p] = '1'
		}
		if from != string(set) {
			s.Changes = append(s.Changes, verdict.Change{Name: "Waiting", From: from, To: string(set)})
		}
		t.Steps = append(t.Steps, s)
	}
	for p := range t.Processes {
		w := verdict.Waiting{Process: p, Label: "put", For: "a notification", Position: "queue.go:12"}
		if p > 3 {
			w.Label, w.Position = "get", "queue.go:19"
		}
		t.Waiting = append(t.Waiting, w)
	}
	t.Replay = "blocking-queue#6.1,0.0.2,0.0,1.0,5.1.1,4.1"
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: "blocking-queue", Kind: verdict.Model, Answer: verdict.Fail,
		Coverage: "every interleaving of these processes, up to the first fault on each",
		Findings: []verdict.Finding{{Code: verdict.Deadlock, Trace: t, Message: "all processes wait forever: each for a notification"}},
		Counts:   verdict.Counts{Distinct: 10524, Transitions: 60000, Depth: 50, DeadlockStates: 64, FirstDeadlockLevel: 47}, Engine: "space",
	}
}

func twoFindings() *verdict.Verdict {
	v := lostItem()
	d := *v.Findings[0].Trace
	d.Steps = d.Steps[:2]
	d.Waiting = nil
	d.Replay = "circular-queue:size=4,producers=2,items=2#0.0,1.0"
	v.Findings = append(v.Findings, verdict.Finding{Code: verdict.DuplicatedItem, Message: "item 3 was delivered a second time", Trace: &d})
	return v
}

func inconclusive() *verdict.Verdict {
	v := pass()
	v.Answer, v.Reason = verdict.Inconclusive, "the bound of 1000 states was reached in level 5"
	v.Coverage = "every interleaving of fewer than 4 steps; " + v.Reason
	v.Unreached = nil
	return v
}

// suiteVerdict comes from a test of an implementation: no replay, no counts of
// models.
func suiteVerdict() *verdict.Verdict {
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: "a ring", Kind: verdict.Test, Answer: verdict.Fail, Seed: 7,
		Coverage: "300 sequential runs; 200 concurrent runs, in 190 of which operations overlapped",
		Findings: []verdict.Finding{
			{Code: verdict.FalseRefusal, Engine: "sequential", Message: "try_send was refused as full while at most 1 item was held and the capacity is 2",
				Trace: &verdict.Trace{Format: verdict.TraceFormat, Subject: "a ring", Params: []verdict.Param{{Name: "capacity", Value: "2"}}, Processes: []string{"client"}, Steps: []verdict.Step{
					{Label: "try_send 1 -> ok"}, {Label: "try_send 2 -> full"},
				}}},
			{Code: "IPC999", Message: "a fault that this version does not know"},
		},
		Counts:    verdict.Counts{Operations: 4000, Overlapping: 1, Executions: 500, Blocked: 2, Deadlocked: 1, Steps: 9000},
		Unchecked: []string{"close: the constructor gives none"},
		Assumes: []verdict.Assumption{
			{Premise: "no data race: not judged (-race=false)"}, {Premise: "random numbers: one sequence", Position: "ring_test.go:31"},
		},
	}
}

// hostile carries what must reach neither terminal nor table.
func hostile() *verdict.Verdict {
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: "a\x1b[31mb\nc", Kind: verdict.Test, Answer: verdict.Fail, Coverage: "\a",
		Findings: []verdict.Finding{{Code: verdict.Crash, Message: "send panicked: \x1b]0;title\x07\r\n\xff" + string(make([]byte, 3)),
			Trace: &verdict.Trace{Format: verdict.TraceFormat, Processes: []string{"p\tq"}, Replay: "it's#", Steps: []verdict.Step{
				{Process: 5, Label: "nobody"}, {Process: -1, Text: "\x00"}, {Label: "<&>"},
			}, Waiting: []verdict.Waiting{{Process: 9}, {Label: "l"}}}}},
	}
}
