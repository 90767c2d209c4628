package client_test

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/client"
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step/steptest"
)

// A bag is explored under the promise of a first-in-first-out buffer: items are
// reordered.
func ExampleNew() {
	p, err := client.New(client.Config{
		Name:      "bag",
		Object:    "Bag",
		Spec:      model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.Bag}),
		Producers: 1, Consumers: 1, Items: 2,
		Capacity: 2,
		Order:    model.FIFO,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	c := steptest.Explore(p)
	fmt.Println("states:", c.Distinct, "faults:", c.Faults)
	// Output: states: 6 faults: map[IPC004:1]
}
