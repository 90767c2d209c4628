// contrast lists the texts that a reader may not be able to read: those with less
// contrast to what they stand on than WCAG 2 asks for at level AA.
function contrast() {
  const parse = text => {
    const m = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(text);
    return m && {rgb: [m[1], m[2], m[3]].map(Number), alpha: m[4] === undefined ? 1 : Number(m[4])};
  };
  const luminance = rgb => {
    const [r, g, b] = rgb.map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isPicture = e => e instanceof SVGElement;
  // ground is the colour of what an element stands on.
  const ground = e => {
    const box = e.getBoundingClientRect();
    const stack = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const at = stack.indexOf(e), below = at < 0 ? [] : stack.slice(at);
    for (let up = e; up; up = up.parentElement) below.push(up);
    for (const x of below) {
      const style = getComputedStyle(x), c = parse(isPicture(x) ? (x.tagName === 'rect' ? style.fill : '') : style.backgroundColor);
      if (c && c.alpha === 1) return c.rgb;
    }
    return [255, 255, 255];
  };
  const bad = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility() || e.closest('.hidden, noscript, script, option, title')) continue;
    e.scrollIntoView({block: 'nearest', inline: 'nearest'});
    const style = getComputedStyle(e), color = parse(isPicture(e) ? style.fill : style.color), under = ground(e);
    const [light, dark] = [luminance(color.rgb), luminance(under)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5)) bad.add(`${ratio.toFixed(2)} ${e.tagName}.${e.className.baseVal ?? e.className} ${node.data.trim().slice(0, 40)}`);
  }
  return [...bad];
}
contrast();
