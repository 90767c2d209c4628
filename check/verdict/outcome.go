package verdict

// Outcome is a way in which executions of a subject end. Two ends are one outcome if
// they have the same code, and the same goroutines wait in the same calls for the
// same objects, by name.
type Outcome struct {
	Answer     Answer `json:"verdict"`
	Code       Code   `json:"code,omitempty"`
	Message    string `json:"message,omitempty"`
	Executions uint64 `json:"executions"`
	Steps      int    `json:"steps,omitempty"` // of the run that Replay runs again
	// Replay is the argument of ipccheck replay that runs one again, and ReplayFile a file
	// on this machine that has it, where it is too long to be copied.
	Replay     string `json:"replay,omitempty"`
	ReplayFile string `json:"replay_file,omitempty"`
	// Waiting are the sites at which goroutines wait then.
	Waiting []Site `json:"waiting,omitempty"`
}

// Hint is a pattern that a trace has.
type Hint struct {
	Text    string `json:"text"`              // after "Looks like"
	Command string `json:"command,omitempty"` // that shows a model of it, or explains it
}

// Invocation says how a verdict was come by, for who reads it elsewhere.
type Invocation struct {
	Version string   `json:"version,omitempty"` // of ipccheck
	Go      string   `json:"go,omitempty"`
	OS      string   `json:"os,omitempty"` // and architecture: linux/amd64
	Module  string   `json:"module,omitempty"`
	Flags   []string `json:"flags,omitempty"`
}
