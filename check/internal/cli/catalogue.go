package cli

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/client"
	"github.com/ipccheck/ipccheck/model/algo"
	"github.com/ipccheck/ipccheck/model/step"
)

// catalogue is every model that can be explored by name: algorithms, then the
// specifications themselves.
func catalogue() []step.Entry { return slices.Concat(algo.Entries(), client.Entries()) }
