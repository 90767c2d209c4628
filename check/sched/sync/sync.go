// Package sync stands in for the standard library's: the same names, under the
// scheduler in an exploration, and the real thing outside of one. A value must not be
// used both inside and outside.
//
//ipccheck:standsfor sync
package sync

import "sync"

// Locker is the standard library's.
type Locker = sync.Locker
