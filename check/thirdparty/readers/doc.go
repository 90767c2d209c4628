// Package readers has tests of what the command writes for programs, with the
// programs that read it, gotestsum and tparse, and the schema of SARIF. It is in a module
// of its own, so that nobody who uses ipccheck pulls them.
package readers
