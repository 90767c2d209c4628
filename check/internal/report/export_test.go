package report

import "github.com/ipccheck/ipccheck/check/verdict"

func changeOf(from, to string) string {
	return change(verdict.Change{Name: "X", From: from, To: to})
}
