package contract

import "github.com/ipccheck/ipccheck/model"

// ItemBytes is the size of the smallest message that tells its item.
const ItemBytes = 4

// mailboxes is the contract of several mailboxes that are created and destroyed.
// What a buffer must not show, each box must not show either.
type mailboxes struct {
	buffer
	spec  *model.Mailbox
	sizes []int
	takes model.Sizes
}

// Mailboxes is the contract of mailboxes, each with these terms, that take messages
// of these sizes.
func Mailboxes(t Terms, sizes model.Sizes) Contract {
	return &mailboxes{
		buffer: buffer{t, model.NewBuffer(t.buffer())},
		spec: model.NewMailbox(model.MailboxConfig{
			Capacity: t.Capacity, Order: t.Order, Refusals: t.Refusals, Deadlines: t.Deadlines,
			IdempotentClose: t.IdempotentClose, IgnoreSends: t.IgnoreSends, Loss: t.Loss, Sizes: sizes,
		}),
		sizes: messageSizes(sizes), takes: sizes,
	}
}

// messageSizes are the sizes to try, right and wrong ones.
func messageSizes(z model.Sizes) []int {
	if z.Bytes == 0 {
		return []int{ItemBytes, 2 * ItemBytes}
	}
	return []int{z.Bytes, z.Bytes, z.Bytes, max(z.Bytes-1, ItemBytes), z.Bytes + 1, 2 * z.Bytes}
}

func (m *mailboxes) Spec() model.Spec      { return m.spec }
func (m *mailboxes) With(t Terms) Contract { return Mailboxes(t, m.takes) }
func (m *mailboxes) Boxes() []int          { return []int{1, 2} }
func (m *mailboxes) Sizes() []int          { return m.sizes }
func (m *mailboxes) DecidesLong() bool     { return false }

// Scopes are none: one box is explored as a buffer.
func (m *mailboxes) Scopes() []Scope { return nil }
