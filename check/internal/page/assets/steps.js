// All steps as a table, for screen readers and for paper. It is made when it is
// opened, or printed.

import {$, el, table} from './dom.js';
import {call, effect, number, waiting} from './words.js';

const printed = 1000; // rows; what is longer is cut, and says so

export class Steps {
  constructor() {
    this.details = $('table');
    this.details.addEventListener('toggle', () => { if (this.details.open) this.fill(Infinity); });
    addEventListener('beforeprint', () => {
      this.fill(printed);
      this.details.open = true;
    });
  }

  open(run) {
    this.run = run;
    this.details.open = false;
    $('steps').replaceChildren();
    $('s-table').hidden = !run.trace.length;
  }

  fill(most) {
    const trace = this.run.trace, rows = [];
    for (let k = 1; k <= Math.min(trace.length, most); k++) {
      const s = trace.steps[k];
      rows.push([(k === trace.critical ? '! ' : '') + k, trace.actors[s.actor].name, s.position || '', call(trace, s), effect(trace, s)]);
    }
    for (const w of trace.waiting) rows.push(['end', trace.actors[w.actor].name, w.position || '', ...waiting(trace, w)]);
    $('steps').replaceChildren(table('All steps', ['step', 'who', 'where', 'does', 'what changes'], rows));
    if (trace.length > most) $('steps').append(el('p', 'note', `The first ${number(most)} of ${number(trace.length)} steps.`));
    if (trace.critical) $('steps').append(el('p', 'note', '!: after this step it can no longer be avoided.'));
  }
}
