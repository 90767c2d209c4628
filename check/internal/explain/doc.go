// Package explain describes the kinds of faults: for each code of package verdict
// its title, what it means, a wrong and a right example in Go, how to mend it,
// and who reports it.
//
// Each kind is a folder named after its code:
//
//	fault.md       title, meaning and cure
//	wrong.go.txt   a program that has the fault
//	right.go.txt   the same program mended
package explain
