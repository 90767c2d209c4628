package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Encode is an event as it is written: a line with its signature. It begins with the
// end of a line: what somebody else has written before does not spoil it.
func (e Event) Encode(token string) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	line := append([]byte("\n"+sign(token, text)+" "), text...)
	return append(line, '\n'), nil
}

// Decode is the event of a line, false if the line is not one that was signed with
// the token.
func Decode(token string, line []byte) (e Event, ok bool) {
	signature, text, ok := bytes.Cut(line, []byte(" "))
	if !ok || !hmac.Equal(signature, []byte(sign(token, text))) {
		return e, false
	}
	return e, json.Unmarshal(text, &e) == nil
}

func sign(token string, text []byte) string {
	h := hmac.New(sha256.New, []byte(token))
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}
