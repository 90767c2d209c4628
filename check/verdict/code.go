// Code generated from model/code.go by go generate. DO NOT EDIT.

package verdict

// This package is built into rewritten programs and imports nothing of the project.

// Code is the stable name of a kind of fault: "IPC002". The codes are those of package
// model, under the same names; ipccheck explain has a page for each.
type Code string

// Codes of all faults.
const (
	Deadlock         Code = "IPC001"
	LostItem         Code = "IPC002"
	DuplicatedItem   Code = "IPC003"
	ReorderedItem    Code = "IPC004"
	InventedItem     Code = "IPC005"
	Overflow         Code = "IPC006"
	LostWakeup       Code = "IPC007"
	Livelock         Code = "IPC008"
	Starvation       Code = "IPC009"
	DataRace         Code = "IPC010"
	Crash            Code = "IPC011"
	Leak             Code = "IPC012"
	NotLinearizable  Code = "IPC013"
	FalseRefusal     Code = "IPC014"
	OverSynchronised Code = "IPC015"
	BusyWaiting      Code = "IPC016"
	BrokenBoundary   Code = "IPC017"
	FailedAssertion  Code = "IPC018"
)
