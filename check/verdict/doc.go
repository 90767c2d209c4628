// Package verdict is the evidence that every engine returns: what was judged,
// the answer, what the answer covers, the faults that were found, and for each
// the trace that shows it.
//
// Its JSON form is a contract: fields are added, never changed, within one
// schema version.
package verdict

//go:generate go test -run (Codes|Schema)IsGenerated$ -update .
