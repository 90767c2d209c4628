// The two accesses of a data race.

import {$, button, el, table} from './dom.js';

export class Race {
  constructor(page) { this.page = page; }

  open(run) {
    const race = run.trace.race;
    $('s-race').hidden = !race;
    if (!race) return;
    const rows = (race.accesses || []).map(a => [
      run.trace.actors[a.process] ? el('span', '', run.tag(a.process), run.trace.actors[a.process].name) : '',
      (a.write ? 'writes ' : 'reads ') + (race.variable || ''),
      button(a.position, () => this.page.look(a.position), 'code'),
      (a.holds || []).join(', ') || 'no lock',
    ]);
    $('race').replaceChildren(
      table('The two accesses of the race', ['who', 'does', 'at', 'holds'], rows),
      el('p', 'note', 'Nothing orders the two: no lock, channel or other operation of the program lies between them.'),
    );
  }
}
