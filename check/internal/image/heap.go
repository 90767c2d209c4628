package image

import "unsafe"

// What the runtime knows of its heap. In a program that is built to be explored
// another file stands here, over a runtime that has functions for it; see
// [Overlay]. In any other program there is no image.

const available = false

func object(uintptr) (base, size uintptr)        { return 0, 0 }
func pointers(_ uintptr, to []uintptr) []uintptr { return to }
func static(uintptr) bool                        { return false }
func finalized(uintptr) bool                     { return false }
func direct(unsafe.Pointer) bool                 { return false }
func own(own, busy []uintptr) (o, b []uintptr)   { return own, busy }
func move(_, _ unsafe.Pointer, _ uintptr)        {}
func goroutineNow() uintptr                      { return 0 }
func waits(uintptr) (bool, []uintptr)            { return false, nil }
func parent() bool                               { return false }
func said() []byte                               { return nil }
func standard() (names []string, vars []any)     { return nil, nil }
