package child

import (
	"bufio"
	"encoding/json"
	"os"
	"sync"

	"github.com/ipccheck/ipccheck/check/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/sched"
)

var (
	config  *wire.Config
	out     *json.Encoder
	outLock sync.Mutex
)

func init() {
	if os.Getenv(wire.Env) == "" {
		return
	}
	os.Unsetenv(wire.Env)
	f := os.NewFile(wire.ConfigFile, "config")
	c := new(wire.Config)
	err := json.NewDecoder(bufio.NewReader(f)).Decode(c)
	f.Close()
	if err != nil {
		return
	}
	config = c
	sched.OnReach = func(what string) { send(wire.Event{Kind: "reach", What: what}) }
	out = json.NewEncoder(os.NewFile(wire.EventFile, "events"))
}

func send(e wire.Event) {
	outLock.Lock()
	defer outLock.Unlock()
	e.Token = config.Token
	if out.Encode(e) != nil {
		os.Exit(2) // there is no parent any more
	}
}
