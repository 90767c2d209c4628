//go:build !unix

package cli

import "os"

// terminalWidth is the number of columns of a terminal, 0 if it does not say.
func terminalWidth(*os.File) int { return 0 }
