// What was looked at, and what was not.

import {$, el} from './dom.js';
import {count, number} from './words.js';

export class Facts {
  open({verdict}) {
    const out = [el('p', '', verdict.coverage ? verdict.coverage + '.' : ''), el('p', 'dim', counts(verdict.counts || {}, verdict.coverage || ''))];
    list(out, 'Assumes', (verdict.assumes || []).map(a => (a.place ? a.place + ': ' : '') + a.premise));
    list(out, 'Warnings', (verdict.findings || []).filter(f => f.severity === 'warning').map(f => f.code + ' ' + f.message));
    list(out, 'Never executed', verdict.unreached || []);
    list(out, 'Not checked', verdict.unchecked || []);
    $('facts').replaceChildren(...out.filter(e => e.textContent));
  }
}

// counts are those that the coverage does not say already.
function counts(c, coverage) {
  const parts = [];
  for (const [field, what] of [['distinct', 'distinct state'], ['transitions', 'transition'], ['executions', 'execution'], ['steps', 'step'], ['operations', 'operation']]) {
    if (c[field]) parts.push(count(c[field], what));
  }
  if (c.deadlocked) parts.push(number(c.deadlocked) + ' of them deadlocked');
  if (c.operations && coverage.includes(count(c.operations, 'operation'))) return '';
  if (c.operations) parts.push(number(c.overlapping) + ' of them overlapping');
  return parts.join(', ');
}

function list(out, heading, lines) {
  if (lines.length) out.push(el('h2', '', heading), ...lines.map(text => el('p', '', text)));
}
