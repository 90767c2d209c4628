package client

import (
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// entries are the specifications of package model as models by name. A file that
// has some adds them.
var entries step.Registry

// Entries lists the specifications of package model as models by name.
func Entries() []step.Entry { return entries.Entries() }

// Parameters that several models have.
var (
	producers = step.Param{Name: "producers", Help: "processes that send", Default: 2, Min: 1, Max: 7}
	consumers = step.Param{Name: "consumers", Help: "processes that receive", Default: 2, Min: 1, Max: 7}
	items     = step.Param{Name: "items", Help: "items that each producer sends", Default: 2, Min: 1, Max: maxHeld}
	order     = step.Param{Name: "order", Help: "the order in which items leave", Words: []string{"fifo", "per-producer", "bag"}}
	closing   = step.Param{Name: "close", Help: "the buffer is closed when the producers have ended, and then the consumers end", Words: []string{"no", "yes"}}
	mode      = step.Param{Name: "mode", Help: "which operations are non-blocking", Words: []string{"blocking", "try-send", "try-recv", "try"}}
)

// send is the kind of send in a mode, recv the kind of receive.
func send(a step.Args) model.Kind {
	if a["mode"] == 1 || a["mode"] == 3 {
		return model.TrySend
	}
	return model.Send
}

func recv(a step.Args) model.Kind {
	if a["mode"] >= 2 {
		return model.TryRecv
	}
	return model.Recv
}

// config is what the parameters common to all models say.
func config(name, object string, a step.Args) Config {
	return Config{
		Name: name, Object: object,
		Producers: a["producers"], Consumers: a["consumers"], Items: a["items"],
		Send:  func(int, int) model.Op { return model.Op{Kind: send(a)} },
		Recv:  func(int) []model.Op { return []model.Op{{Kind: recv(a)}} },
		Close: a["close"] == 1,
	}
}

// noFault is what a specification must give: it is right by definition.
func noFault(step.Args) []model.Code { return nil }

const common = ` One step is one operation of the object, which takes effect at once; a send or ` +
	`receive that has to wait is not executed. The producers send their items and end; the ` +
	`consumers go on receiving. All may stop when everything has been delivered.`
