// The keys, and the list of them.

import {$, el} from './dom.js';

const legend = 'Arrows: blue an item or a meeting, violet a lock, green a wake, red what is overwritten. A dotted red line waits.';

export class Keys {
  // Each action has its keys and what it does in words.
  constructor(actions) {
    this.actions = actions;
    this.byKey = new Map(actions.flatMap(a => a.keys.map(key => [key, a.act])));
    this.byKey.set('?', () => this.toggle());
    this.byKey.set('Escape', () => this.toggle(true));
    const rows = [...actions, {names: ['?'], text: 'this list'}].map(a => el('tr', '', el('td', '', ...a.names.map(n => el('kbd', '', n))), el('td', '', a.text)));
    $('help').append(el('table', '', el('tbody', '', ...rows)), el('p', 'note', legend));
    $('keys').addEventListener('click', () => this.toggle());
    document.addEventListener('keydown', event => this.press(event));
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const act = this.byKey.get((event.shiftKey && event.key.startsWith('Arrow') ? 'Shift' : '') + event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  toggle(close = !$('help').hidden) {
    $('help').hidden = close;
    $('keys').setAttribute('aria-expanded', String(!close));
  }
}
