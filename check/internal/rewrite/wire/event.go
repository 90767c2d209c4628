package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Encode is an event as it is written: a line with its signature. It begins with the
// end of a line: what somebody else has written before does not spoil it.
func (e Event) Encode(secret Secret) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	line := append([]byte("\n"+sign(secret, text)+" "), text...)
	return append(line, '\n'), nil
}

// Decode is the event of a line, false if the line is not one that was signed with
// the secret.
func Decode(secret Secret, line []byte) (e Event, ok bool) {
	signature, text, ok := bytes.Cut(line, []byte(" "))
	if !ok || string(signature) != sign(secret, text) {
		return e, false
	}
	return e, json.Unmarshal(text, &e) == nil
}

func sign(secret Secret, text []byte) string { return fmt.Sprintf("%016x", secret.sum(text)) }
