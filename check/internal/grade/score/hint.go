package score

import "github.com/ipccheck/ipccheck/check/verdict"

// hints are what students are told who lose points by a fault: where to look, and not
// what to write.
var hints = map[verdict.Code]string{
	verdict.Deadlock:         "Write down what each of them waits for in the last step, and who holds that, or had to bring it about.",
	verdict.LostItem:         "Follow the item: which step takes it out of its place, and who has it after that?",
	verdict.DuplicatedItem:   "Which step marks the item as taken, and who can look between the reading and that?",
	verdict.ReorderedItem:    "Between which two steps can another goroutine overtake?",
	verdict.InventedItem:     "What has been checked last before the item was read, and is it still so by then?",
	verdict.Overflow:         "Between the check for room and the step that uses it, what can others do?",
	verdict.LostWakeup:       "Who should have woken the one that waits, and whom did that step wake instead?",
	verdict.Livelock:         "Who changes what the loop waits for, and can that one get on?",
	verdict.DataRace:         "Which lock, or which atomic operation, orders the two accesses?",
	verdict.Crash:            "Read the message: in which order of the steps does it come to that?",
	verdict.Leak:             "How does the goroutine learn that it is to end?",
	verdict.NotLinearizable:  "For each operation: which single step is the one at which it takes effect?",
	verdict.FalseRefusal:     "What is compared to find out whether it is full or empty, and how old are these values?",
	verdict.OverSynchronised: "What is inside of the lock that need not be?",
	verdict.BusyWaiting:      "What could the goroutine sleep on, so that somebody wakes it?",
	verdict.BrokenBoundary:   "What does each operation have to answer before, during and after the close?",
	verdict.FailedAssertion:  "Read what the test says, and look for the step at which it becomes true.",
}

// hintsInC are those for C that differ.
var hintsInC = map[verdict.Code]string{
	verdict.ReorderedItem: "Between which two steps can another thread or process overtake?",
	verdict.Leak:          "Who waits for the child or the thread, and who removes the name, on each way to the end?",
	verdict.BusyWaiting:   "What could the thread or process sleep on, so that somebody wakes it?",
}

// hintsOfPrograms are those for what whole programs print that differ.
var hintsOfPrograms = map[verdict.Code]string{
	verdict.BrokenBoundary: "Which read is told that nothing more will come, and who has closed what before that?",
}

// hintOfTime is that for who goes on when the time of a wait is over.
const hintOfTime = "A wait with a time limit may end with nothing there: what is looked at before it goes on?"

// hint is that for a fault in a scenario: one that calls no operation is a run of a program.
func hint(code verdict.Code, language string, ops []string) string {
	if h := hintsOfPrograms[code]; h != "" && language == "c" && len(ops) == 0 {
		return h
	}
	if h := hintsInC[code]; h != "" && language == "c" {
		return h
	}
	return hints[code]
}
