// Package check stands in for the package of that name of ipccheck in what is graded: a
// course's tests say with it how the operations of a buffer, a mailbox or a rendezvous
// are called, and what it promises. It performs one scenario of [Scenarios] in each
// execution, and notes what the operations answer; the engine judges that.
//
// It is copied into the module that is built for a submission, and rewritten there as
// the submission is.
package check
