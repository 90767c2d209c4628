package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"
)

// processes is a parameter that counts processes of one kind.
func processes(name, help string, def, most int) step.Param {
	return step.Param{Name: name, Help: help, Default: def, Min: 1, Max: most}
}

// itemName puts item numbers into words, where each producer sends the given
// number of items and they are numbered through.
func itemName(producers, items int) func(step.Item) string {
	return numbered("item", "producer", producers, items)
}

// numbered is itemName with other words for an item and a producer.
func numbered(item, producer string, producers, items int) func(step.Item) string {
	return func(it step.Item) string {
		i := int(it) - 1
		switch {
		case it == 0:
			return "nothing"
		case producers == 1:
			return fmt.Sprintf("%s %d", item, i+1)
		default:
			return fmt.Sprintf("%s %d of %s %d", item, i%items+1, producer, i/items+1)
		}
	}
}
