// All steps as a table, for screen readers and for paper. It is made when it is
// opened, or printed: on paper what is folded stays so.

import {$, el, table} from './dom.js';
import {call, effect, gap, number, waiting} from './words.js';

const printed = 1000; // rows; what is longer is cut, and says so

export class Steps {
  constructor() {
    this.details = $('table');
    this.details.addEventListener('toggle', () => { if (this.details.open) this.fill(this.run.rows.list(false), Infinity); });
    addEventListener('beforeprint', () => {
      this.fill(this.run.rows.all, printed);
      this.details.open = true;
    });
  }

  open(run) {
    this.run = run;
    this.details.open = false;
    $('steps').replaceChildren();
    $('s-table').hidden = !run.trace.length;
  }

  fill(rows, most) {
    const trace = this.run.trace, steps = rows.filter(r => !r.end), cells = steps.slice(0, most).map(r => this.cells(r));
    for (const same of waits(trace)) cells.push(['end', names(trace, same), same[0].position || '', ...waiting(trace, same[0])]);
    $('steps').replaceChildren(table('All steps', ['step', 'who', 'where', 'does', 'what changes'], cells));
    if (steps.length > most) $('steps').append(el('p', 'note', `The first ${number(most)} of ${number(steps.length)} rows.`));
    if (trace.critical) $('steps').append(el('p', 'note', '!: after this step it can no longer be avoided.'));
  }

  cells({from, step, incident, ...row}) {
    const trace = this.run.trace;
    if (step) return [(from === trace.critical ? '! ' : '') + from, trace.actors[step.actor].name, step.position || '', call(trace, step), effect(trace, step)];
    if (incident) return ['·', trace.actors[incident.actor]?.name || '', incident.position || '', incident.text, incident.more];
    return ['…', '', '', gap(trace, {from, ...row}), ''];
  }
}

// waits are those who wait at the end, the same ones together.
function waits(trace) {
  const groups = new Map();
  for (const w of trace.waiting) {
    const key = JSON.stringify([w.position, ...waiting(trace, w)]);
    groups.set(key, [...groups.get(key) || [], w]);
  }
  return groups.values();
}

function names(trace, waiting) {
  const few = waiting.slice(0, waiting.length > 4 ? 2 : 4).map(w => trace.actors[w.actor].name).join(', ');
  return waiting.length > 4 ? `${few} and ${number(waiting.length - 2)} others` : few;
}
