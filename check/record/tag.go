package record

// Tag is the value of the n-th item of a process, n from 1. No other item has it, so
// that a received value identifies its sender.
func Tag(proc, n int) int64 { return int64(proc)<<32 | int64(uint32(n)) }

// Untag returns the process and the number of the item with the value.
func Untag(v int64) (proc, n int) { return int(v >> 32), int(uint32(v)) }
