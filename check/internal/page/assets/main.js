// The page: it opens a run, goes to steps of it, and has each pane show them. A
// pane has open, which is given a run, and show, which is given a step: 0 is the
// start, and what comes after the last step is the end.

import {$, el} from './dom.js';
import {readRuns} from './run.js';
import {Heading} from './heading.js';
import {Lanes} from './lanes.js';
import {History} from './history.js';
import {Source} from './source.js';
import {Race} from './race.js';
import {Graph} from './graph.js';
import {Objects} from './objects.js';
import {Ends} from './ends.js';
import {Facts} from './facts.js';
import {Commands} from './commands.js';
import {Steps} from './steps.js';
import {Theme} from './theme.js';
import {Keys} from './keys.js';
import {readLink, writeLink} from './link.js';
import {number, sentence} from './words.js';

class Page {
  constructor(data) {
    const titles = new Map(Object.entries(data.titles));
    this.runs = readRuns(data, titles);
    this.theme = new Theme();
    if (!this.runs.length) {
      $('title').textContent = 'Nothing was judged';
      document.querySelector('main').hidden = true;
      return;
    }
    this.lanes = new Lanes(this);
    this.history = new History();
    this.source = new Source(this);
    this.commands = new Commands();
    this.panes = [
      new Heading(), this.lanes, this.history, this.source, new Race(this), new Graph(),
      new Objects(), new Ends(titles), new Facts(), this.commands, new Steps(),
    ];
    this.listen();
    this.offer();
    this.follow();
  }

  // open shows a run, at a step: the one that is asked for, or what it is about.
  open(index, step) {
    this.index = index;
    this.run = this.runs[index];
    this.run.prepare();
    const {trace} = this.run;
    document.body.classList.toggle('still', !trace.length);
    $('critical').hidden = !trace.critical;
    $('fold').hidden = !this.run.rows.foldable || !$('bars').hidden;
    $('slider').max = this.run.last;
    $('pick').value = index;
    for (const pane of this.panes) pane.open(this.run);
    if (!trace.length) $('s-source').hidden = $('s-waits').hidden = $('s-state').hidden = true;
    else this.show(step ?? this.about());
  }

  // about is the step at which a run is opened: the second access of a data race, the critical
  // step of a long run, or the end.
  about() {
    const {trace, last} = this.run, race = Math.max(0, ...trace.incidents.filter(i => i.access).map(i => i.after));
    return race || (trace.critical && trace.length > 200 ? trace.critical : last);
  }

  // show shows a step, and go also has the address say so.
  show(step) {
    const {trace, last} = this.run;
    this.step = Math.max(0, Math.min(step, last));
    const end = this.step > trace.length, text = end ? 'end' : `${number(this.step)} / ${number(trace.length)}`;
    $('slider').value = this.step;
    $('slider').setAttribute('aria-valuetext', end ? 'the end' : `step ${this.step} of ${trace.length}`);
    $('count').textContent = text;
    $('first').disabled = $('back').disabled = this.step === 0;
    $('last').disabled = $('next').disabled = this.step === last;
    const [what, more] = sentence(trace, this.step);
    $('said').replaceChildren(el('b', '', what), ' ', el('span', '', more));
    for (const pane of this.panes) pane.show?.(this.step);
  }

  go(step) {
    if (!this.run.trace.length) return;
    this.show(step);
    writeLink(this.index, this.runs.length, this.step, this.step > this.run.trace.length);
  }

  // look shows a place in the source.
  look(position) { this.source.look(position, true); }

  // goOwn goes to the step before or after, of the same actor.
  goOwn(direction) {
    const {trace} = this.run, k = Math.min(this.step, trace.length), actor = Math.max(0, this.run.actorAt(this.step));
    const to = direction < 0 ? trace.lastOwn(actor, this.step > trace.length ? k : k - 1) : trace.nextOwn(actor, k);
    if (to) this.go(to);
  }

  fold() {
    this.run.rows.toggle();
    $('fold').setAttribute('aria-pressed', String(this.run.rows.folded));
    $('fold').textContent = this.run.rows.folded ? 'Folded' : 'Unfolded';
    this.lanes.layout();
    this.lanes.show(this.step);
  }

  // offer lists the runs, if there are several: the fault first, for those of one program begin
  // alike, and there is no room for all of it.
  offer() {
    $('pick').hidden = this.runs.length < 2;
    this.runs.forEach((run, i) => {
      const option = el('option', '', `${i + 1}. ` + (run.finding ? run.title + ': ' : '') + run.verdict.subject);
      option.value = i;
      $('pick').append(option);
    });
  }

  // follow goes where the address says, or to the first run with a fault.
  follow() {
    const link = readLink(), fault = Math.max(0, this.runs.findIndex(r => r.finding));
    const index = Math.min(link.run ?? fault, this.runs.length - 1);
    if (this.index !== index) this.open(index, link.step);
    else if (link.step !== undefined) this.show(link.step);
  }

  listen() {
    const go = change => () => this.go(this.step + change);
    const first = () => this.go(0), last = () => this.go(Infinity);
    const critical = () => { if (this.run.trace.critical) this.go(this.run.trace.critical); };
    const fold = () => { if (!$('fold').hidden) this.fold(); };
    const on = {first, last, critical, fold, back: go(-1), next: go(1)};
    for (const id in on) $(id).addEventListener('click', on[id]);
    $('slider').addEventListener('input', () => this.go(Number($('slider').value)));
    $('pick').addEventListener('change', () => { this.open(Number($('pick').value)); this.go(this.step); });
    addEventListener('hashchange', () => this.follow());
    addEventListener('resize', () => {
      this.lanes.layout();
      this.history.layout();
      if (this.run.trace.length) this.show(this.step);
    });
    new Keys([
      {keys: ['ArrowLeft', 'k'], names: ['←', 'k'], text: 'one step back', act: go(-1)},
      {keys: ['ArrowRight', 'j'], names: ['→', 'j'], text: 'one step on', act: go(1)},
      {keys: ['ShiftArrowLeft'], names: ['Shift', '←'], text: 'back, of the same lane', act: () => this.goOwn(-1)},
      {keys: ['ShiftArrowRight'], names: ['Shift', '→'], text: 'on, of the same lane', act: () => this.goOwn(1)},
      {keys: ['PageUp'], names: ['Page Up'], text: '20 steps back', act: go(-20)},
      {keys: ['PageDown'], names: ['Page Down'], text: '20 steps on', act: go(20)},
      {keys: ['Home'], names: ['Home'], text: 'the start', act: first},
      {keys: ['End'], names: ['End'], text: 'the end', act: last},
      {keys: ['c'], names: ['c'], text: 'the step after which it cannot be avoided', act: critical},
      {keys: ['f'], names: ['f'], text: 'fold, unfold', act: fold},
      {keys: ['y'], names: ['y'], text: 'copy the command that runs it again', act: () => this.commands.copy()},
      {keys: ['t'], names: ['t'], text: 'light or dark', act: () => this.theme.toggle()},
    ]);
  }
}

new Page(JSON.parse($('data').textContent));
