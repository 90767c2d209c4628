package record

// Tag is the value of the n-th item of a process, n from 1: no other item has it,
// so that what was received tells whose it is.
func Tag(proc, n int) int64 { return int64(proc)<<32 | int64(uint32(n)) }

// Untag tells whose item it is, and which.
func Untag(v int64) (proc, n int) { return int(v >> 32), int(uint32(v)) }
