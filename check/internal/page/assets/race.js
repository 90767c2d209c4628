// The two accesses of a data race: as the trace has them, or else as the finding has
// them, which knows less.

import {$, button, el, table} from './dom.js';
import {accesses} from './words.js';

export class Race {
  constructor(page) { this.page = page; }

  open(run) {
    const race = run.trace.race || {accesses: (run.finding?.accesses || []).map(a => ({...a, process: startedAt(run.trace, a.started)}))};
    $('s-race').hidden = !race.accesses?.length;
    if (!race.accesses?.length) return;
    const rows = race.accesses.map(a => [
      run.trace.actors[a.process] ? el('span', '', run.tag(a.process), run.trace.actors[a.process].name) : '',
      accesses(a, race),
      button(a.position, () => this.page.look(a.position), 'code'),
      a.function || (a.holds || []).join(', ') || 'no lock',
    ]);
    $('race').replaceChildren(
      table('The two accesses of the race', ['who', 'does', 'at', run.trace.race ? 'holds' : 'in'], rows),
      el('p', 'note', 'Nothing orders the two: no lock, channel or other operation of the program lies between them.'),
    );
  }
}

// startedAt is the actor that was started at a place, if it is the only one; the
// first one was started nowhere.
function startedAt(trace, position) {
  if (!position) return 0;
  const found = trace.actors.filter(a => a.startedAt === position);
  return found.length === 1 ? found[0].index : undefined;
}
