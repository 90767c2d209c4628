package spelling

import "fmt"

// Addresses gives the addresses of memory in what a program has written the numbers 1, 2
// and so on, by their first place in the text: where something lies is not the same twice.
//
// They are told from other numbers by their beginning and length: the heap of a rewritten
// program begins at 0xc000000000, and no place for it is drawn at random.
//
//go:norace
func Addresses(text string) string {
	var out []byte
	var seen map[string]int
	done := 0 // what is in out
	for i := 0; i+2 < len(text); i++ {
		if text[i] != '0' || text[i+1] != 'x' || i > 0 && inWord(text[i-1]) {
			continue
		}
		end := i + 2
		for end < len(text) && isHex(text[end]) {
			end++
		}
		if end-i != len("0xc000000000") || text[i+2:i+4] != "c0" || end < len(text) && inWord(text[end]) {
			i = end - 1
			continue
		}
		if seen == nil {
			seen = map[string]int{}
		}
		a := text[i:end]
		if seen[a] == 0 {
			seen[a] = len(seen) + 1
		}
		out = fmt.Appendf(append(out, text[done:i]...), "0xc0%08x", seen[a])
		done, i = end, end-1
	}
	if done == 0 {
		return text
	}
	return string(append(out, text[done:]...))
}

//go:norace
func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

//go:norace
func inWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}
