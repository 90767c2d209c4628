package logfile

import "bytes"

// misplaced says of a file that begins with text what it is, if that is known to be no
// history: what others keep beside one, or a form of one that is not read.
func misplaced(head []byte) string {
	text := bytes.TrimLeft(head, " \t\r\n,")
	if first, _, _ := bytes.Cut(text, []byte("\n")); looksPrinted(first) {
		return "is Jepsen's history.txt, which is for people to read: want history.edn, which stands beside it"
	}
	if jsonArray(text) && !bytes.Contains(text, []byte(`"ClientId"`)) {
		return "is a JSON array: want a line for each object, without brackets and commas around them, as from jq -c '.[]' FILE | ipccheck lin -"
	}
	return ""
}

// jsonArray reports whether the text begins with an array of JSON objects.
func jsonArray(text []byte) bool {
	const space = " \t\r\n"
	inside, opened := bytes.CutPrefix(bytes.TrimLeft(text, space), []byte("["))
	inside, object := bytes.CutPrefix(bytes.TrimLeft(inside, space), []byte("{"))
	return opened && object && bytes.HasPrefix(bytes.TrimLeft(inside, space), []byte(`"`))
}

// looksPrinted reports whether the line is one of Jepsen's history.txt: process, type,
// function, value.
func looksPrinted(line []byte) bool {
	f := bytes.Fields(line)
	if len(f) < 3 {
		return false
	}
	switch string(f[1]) {
	case ":invoke", ":ok", ":fail", ":info":
		return f[0][0] != '{' && f[2][0] == ':'
	}
	return false
}
