// Package algo holds step-level algorithms: the textbook's, right and wrong,
// written statement by statement over a small state. Each is an entry that can
// be explored by name, and states the verdict it must get.
//
// An algorithm is a file that adds its entry; [Entries] lists them, the tests
// explore each and compare the verdict, and ipccheck list, explore and help know it.
package algo

import "github.com/ipccheck/ipccheck/model/step"

// entries are the algorithms. Those on buffers come first.
var entries step.Registry

// Entries lists the algorithms.
func Entries() []step.Entry { return entries.Entries() }
