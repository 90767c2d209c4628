package verdict

import (
	"embed"

	"github.com/ipccheck/ipccheck/check/internal/embedded"
)

// files is the source code of this package.
//
//go:embed *.go
var files embed.FS

func init() { embedded.Add("verdict", files) }
