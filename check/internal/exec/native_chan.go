package exec

import "unsafe"

// What the runtime does with channels whatever their type. In a program that is built
// to be explored another file stands here: see package image.

//go:norace
func chanState(unsafe.Pointer) (n, size int, closed bool) { panic(unavailable) }

// chanBytes is how many bytes an item takes.
//
//go:norace
func chanBytes(unsafe.Pointer) uintptr { panic(unavailable) }

//go:norace
func chanElem(unsafe.Pointer) unsafe.Pointer { panic(unavailable) }

//go:norace
func chanCopy(_, _, _ unsafe.Pointer) { panic(unavailable) }

//go:norace
func chanSend(_, _ unsafe.Pointer) { panic(unavailable) }

//go:norace
func chanRecv(_, _ unsafe.Pointer) bool { panic(unavailable) }

//go:norace
func chanClose(unsafe.Pointer) { panic(unavailable) }

const unavailable = "exec: the program is not built to be explored"

// The other file has the runtime call these.
var _ = []any{selectAny, closeAny, lenAny, stackOf, liveOf}
