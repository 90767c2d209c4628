package exec

import "unsafe"

// heapObject returns the beginning of the heap object that an address lies in, 0 if
// it lies in none, and its size, 0 if that is not known. shared says that small objects
// which have nothing to do with one another may lie in it together. In a program that is built to be explored another
// file stands here: see package image.
//
//go:norace
func heapObject(p uintptr) (base, size uintptr, shared bool) {
	base, _, index := findObject(p, 0, 0)
	switch {
	case base == 0:
		return 0, 0, false
	case index > 0:
		// The object before it, of the same size. What comes behind the last one is
		// no object, and to ask for it is fatal.
		before, _, _ := findObject(base-1, 0, 0)
		return base, base - before, base-before <= tiny
	}
	over, _, _ := findObject(base+tiny, 0, 0)
	return base, 0, over != base
}

// tiny is the size of the blocks in which the runtime puts several small objects.
const tiny = 16

//go:norace
//go:linkname findObject runtime.findObject
func findObject(p, refBase, refOff uintptr) (base uintptr, span unsafe.Pointer, index uintptr)
