package verdict

// Operation is an operation of a history, from its call to its return.
type Operation struct {
	ID      int    `json:"id"`
	Process int    `json:"process"`
	Op      string `json:"op"`
	Label   string `json:"label"` // with its value and result, as in: recv → 2
	From    int64  `json:"from"`  // time of the call
	To      *int64 `json:"to"`    // of the return; null: it has not returned
	Result  string `json:"result,omitempty"`
	Witness bool   `json:"witness,omitempty"` // one of those that contradict each other
}

// Point is an operation in an order of them that is tried.
type Point struct {
	Operation int      `json:"operation"` // its ID
	State     []string `json:"state"`     // what the object holds after it
	OK        bool     `json:"ok"`
	Want      string   `json:"want,omitempty"` // what it must return there
	Got       string   `json:"got,omitempty"`
}

// Constraint says that one operation comes before another one in every order. A
// circle of them is why there is none.
type Constraint struct {
	Before int    `json:"before"` // IDs of operations
	After  int    `json:"after"`
	Kind   string `json:"kind"` // time: one had returned before the other was called; object: the specification says so
	Why    string `json:"why"`
}
