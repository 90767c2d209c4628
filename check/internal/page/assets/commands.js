// What to do next: commands to copy.

import {$, el} from './dom.js';
import {copyButton} from './copy.js';
import {quote} from './words.js';

export class Commands {
  open({finding, trace}) {
    const list = [];
    const again = trace.replay_file || trace.replay;
    if (again) {
      list.push(['Run it again', 'ipccheck replay ' + quote(again)]);
      if (trace.replay?.startsWith('go-test')) list.push(['In a debugger', 'ipccheck replay -debug ' + quote(again)]);
    }
    if (finding?.hint) list.push(['Looks like ' + finding.hint.text, finding.hint.command || '']);
    if (finding) list.push(['What it means and how to mend it', 'ipccheck explain ' + finding.code]);
    $('s-commands').hidden = !list.length;
    $('commands').replaceChildren(...list.flatMap(([what, command]) => [el('div', 'note', what), ...command ? [this.command(command)] : []]));
    this.first = $('commands').querySelector('button');
  }

  command(text) {
    const code = el('code', '', text);
    code.title = text;
    code.tabIndex = 0;
    return el('div', 'command', code, copyButton('Copy', text));
  }

  // copy is what the key does.
  copy() { this.first?.click(); }
}
