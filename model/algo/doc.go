// Package algo holds step-level algorithms: the textbook's, right and wrong,
// written statement by statement over a small state. Each is an entry that can
// be explored by name, and states the verdict it must get.
//
// An algorithm is one file, which adds its entry.
package algo

import "github.com/ipccheck/ipccheck/model/step"

// entries are the algorithms. Those on buffers come first.
var entries step.Registry

// Entries lists the algorithms.
func Entries() []step.Entry { return entries.Entries() }
