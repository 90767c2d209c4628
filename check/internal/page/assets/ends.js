// All ends: a table of the ways in which executions end, with a replay of each.

import {$, el, table} from './dom.js';
import {copyButton} from './copy.js';
import {count, number, quote} from './words.js';

// random are the engines that draw executions.
const random = new Set(['random', 'pct', 'urw']);

export class Ends {
  constructor(titles) { this.titles = titles; }

  open({verdict, finding}) {
    const ends = verdict.outcomes || [];
    $('s-ends').hidden = !ends.length;
    if (!ends.length) return;
    const total = ends.reduce((sum, e) => sum + e.executions, 0);
    const rows = ends.map(e => [this.number(e), this.end(e, total, finding), this.replay(e)]);
    const all = verdict.outcomes_complete ? 'All' : 'So far', drawn = random.has(finding?.engine);
    const how = drawn ? 'some or all of them drawn at random.' : 'one for each order of operations that can matter. They are orders, not odds.';
    $('ends').replaceChildren(
      table('Ways in which executions end', ['executions', 'end', 'again'], rows),
      el('p', 'note', total === 1 && !drawn ? 'There is one execution.' : `${all} ${count(total, 'execution')}, ${how}`),
    );
  }

  number(end) { return el('td', 'number', number(end.executions)); }

  end(end, total, finding) {
    const fill = el('i'), share = el('div', 'share ' + end.verdict, fill), cell = el('td');
    fill.style.width = Math.max(1, 100 * end.executions / (total || 1)) + '%';
    const what = end.verdict === 'pass' ? 'ends as it should' : [end.code, this.titles.get(end.code)].filter(Boolean).join(' ');
    cell.append(what);
    if (end.verdict !== 'pass' && end.message && end.message !== finding?.message) cell.append(el('div', 'dim', end.message));
    cell.append(share);
    return cell;
  }

  replay(end) {
    const again = end.replay_file || end.replay;
    return again ? copyButton('Copy replay', 'ipccheck replay ' + quote(again)) : '';
  }
}
