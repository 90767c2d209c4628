// The heading: the answer, what is wrong, how often, and how it comes about.

import {$} from './dom.js';
import {count, number} from './words.js';

export class Heading {
  open({verdict, finding, title, trace}) {
    $('answer').textContent = verdict.verdict;
    $('answer').className = 'badge ' + (finding?.severity === 'warning' ? 'inconclusive' : verdict.verdict);
    $('title').textContent = finding ? `${title[0].toUpperCase()}${title.slice(1)} (${finding.code})` : verdict.subject;
    $('often').textContent = often(verdict, finding, trace);
    const params = trace.params.length ? trace.params : verdict.params || [];
    $('subject').textContent = [finding && verdict.subject, ...params.map(p => p.name + '=' + p.value)].filter(Boolean).join(' ');
    $('cause').textContent = finding?.cause || finding?.message || verdict.reason || '';
    document.title = [finding ? `${finding.code} ${title}` : verdict.verdict, verdict.subject].join(': ');
  }
}

// often says in how many executions it ends so.
function often(verdict, finding, trace) {
  if (!finding) return '';
  const of = finding.of || 0, n = finding.executions || 0;
  if (trace.unavoidable) return of ? `in every execution, ${number(of)}: it cannot be avoided` : 'in every execution: it cannot be avoided';
  if (of) return `in ${number(n)} of ${count(of, 'execution')}` + (verdict.complete || verdict.outcomes_complete ? '' : ' so far');
  if (verdict.kind === 'model' && trace.length) return 'in ' + count(trace.length, 'step') + ', the fewest there are';
  return '';
}
