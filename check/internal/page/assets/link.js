// Links to a step: #step=13, #step=end, and #run=2&step=13 where there are several
// runs. They count from 1.

export function readLink() {
  const parts = new URLSearchParams(location.hash.slice(1)), run = parts.get('run'), step = parts.get('step');
  return {
    run: /^[1-9]\d*$/.test(run) ? Number(run) - 1 : undefined,
    step: step === 'end' ? Infinity : /^\d+$/.test(step) ? Number(step) : undefined,
  };
}

export function writeLink(run, runs, step, atEnd) {
  const link = '#' + (runs > 1 ? `run=${run + 1}&` : '') + 'step=' + (atEnd ? 'end' : step);
  if (link !== location.hash) history.replaceState(null, '', link);
}
