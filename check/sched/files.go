package sched

import (
	"embed"

	"github.com/ipccheck/ipccheck/check/internal/embedded"
)

// files is the source code of this package and of the drop-ins below it.
//
//go:embed *.go */*.go
var files embed.FS

//go:norace
func init() { embedded.Add("sched", files) }
