package model

import (
	"fmt"
	"slices"
	"strings"
)

// The words are those of the history format.
var kindNames = []string{
	Send: "send", Recv: "recv", TrySend: "try_send", TryRecv: "try_recv",
	SendContext: "send_until", RecvContext: "recv_until", Close: "close",
	Create: "create", Destroy: "destroy", CloseRead: "close_read",
}

var statusNames = []string{
	OK: "ok", Full: "full", Empty: "empty", Deadline: "deadline", Closed: "closed",
	Destroyed: "destroyed", Exists: "exists", WrongSize: "wrong_size",
	WrongPeer: "wrong_peer", Unsupported: "unsupported",
	Failed: "error",
}

// String is the word for the kind in a history: "try_send".
func (k Kind) String() string { return word(kindNames, int(k), "kind") }

// String is the word for the status in a history: "full".
func (s Status) String() string { return word(statusNames, int(s), "status") }

func word(names []string, i int, what string) string {
	if i >= len(names) {
		return fmt.Sprintf("%s %d", what, i)
	}
	return names[i]
}

// ParseKind returns the kind with the given word.
func ParseKind(s string) (Kind, error) {
	i, err := parse(kindNames, s, "operation")
	return Kind(i), err
}

// ParseStatus returns the status with the given word.
func ParseStatus(s string) (Status, error) {
	i, err := parse(statusNames, s, "result")
	return Status(i), err
}

func parse(names []string, s, what string) (int, error) {
	i := slices.Index(names, s)
	if i < 0 {
		return 0, fmt.Errorf("unknown %s %q: want one of %s", what, s, strings.Join(names, ", "))
	}
	return i, nil
}
