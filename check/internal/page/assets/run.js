// A run: a trace with the verdict and the finding that it belongs to, and what is
// computed from it once.

import {el} from './dom.js';
import {Trace} from './trace.js';
import {States} from './states.js';
import {Waits} from './waits.js';
import {Rows, actorsThatMatter} from './rows.js';

const colors = 8;

export class Run {
  constructor(verdict, finding, json, titles) {
    this.verdict = verdict;
    this.finding = finding;
    this.json = json;
    this.title = finding ? titles.get(finding.code) || finding.code : '';
  }

  // prepare computes what the panes need; the reader may never look at this run.
  prepare() {
    if (this.trace) return;
    this.trace = new Trace(this.json || {}, this.verdict);
    this.states = new States(this.trace);
    this.waits = new Waits(this.trace);
    this.rows = new Rows(this.trace);
    this.lanes = actorsThatMatter(this.trace);
    this.lane = new Map(this.lanes.map((actor, i) => [actor, i]));
    // The end, where somebody waits, comes after the last step.
    this.last = this.trace.length + (this.trace.waiting.length ? 1 : 0);
  }

  color(actor) { return `var(--lane${(this.lane.get(actor) ?? actor) % colors})`; }

  // tag is the short name of an actor, in its colour.
  tag(actor) {
    const e = el('span', 'tag', this.trace.actors[actor].tag);
    e.style.background = this.color(actor);
    e.title = this.trace.actors[actor].name;
    return e;
  }

  // actorAt is who acts in a step, or waits at the end; -1: nobody.
  actorAt(k) {
    if (k > this.trace.length) return this.trace.waiting[0]?.actor ?? -1;
    return this.trace.steps[k]?.actor ?? -1;
  }
}

// readRuns makes runs of the data of the page: one of each finding with a trace,
// and one of each result without.
export function readRuns(data, titles) {
  const runs = [];
  for (const {verdict, trace} of data.results) {
    const shown = (verdict.findings || []).filter(f => f.trace);
    for (const f of shown) runs.push(new Run(verdict, f, f.trace, titles));
    if (!shown.length) runs.push(new Run(verdict, verdict.findings?.[0], trace, titles));
  }
  return runs;
}
