package harness

// Bounds of polling. A refused operation is retried: up to patientAttempts in any
// form, then in a blocking form; after PollAttempts the process waits for another to
// make progress. Of the refusals of one operation KeptRefusals are recorded one by
// one, the others folded into one.
const (
	patientAttempts = 3
	KeptRefusals    = 2
	PollAttempts    = 200
)

// extraItems is how many more items than were sent a consumer accepts before it
// stops; more means that the object invents items.
const extraItems = 8
