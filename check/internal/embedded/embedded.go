// Package embedded has the source code of the public packages that are built into
// rewritten programs. Each adds its own: a file can embed only what lies beside it
// or below.
package embedded

import "embed"

var packages = map[string]embed.FS{}

// Add is called while packages are initialised, by the one in the folder of that
// name below check/.
func Add(name string, files embed.FS) { packages[name] = files }

// Of returns what the package has added. The caller imports it.
func Of(name string) embed.FS { return packages[name] }
