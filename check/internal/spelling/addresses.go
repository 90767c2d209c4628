package spelling

import "fmt"

// Addresses gives the addresses of memory in what a program has written the numbers 1, 2
// and so on, by their first place in the text: where something lies is not the same twice.
//
// They are told from other numbers by their length: Go's heap begins at 0xc000000000, or
// at a place drawn at random below 2⁴⁷, which are 9 to 12 digits.
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
		if n := end - i - 2; n < 9 || n > 12 || end < len(text) && inWord(text[end]) {
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
