// Nothing of the machine that records may stand in a recording: its folders, its names, its clock.
import { hostname, userInfo } from 'node:os';

const CLOCK = '2026-01-15';
/** Output that came this close together is one piece, so that nothing to be replaced is cut in two. */
const TOGETHER = 25;

const OWNER = new RegExp(`\\b${userInfo().username} +${userInfo().username}\\b`, 'g');

/** A function from `[{ at, text }]` to the same without traces. */
export function cleaner({ home }) {
  const clean = text =>
    text
      .replaceAll(home, '/home/ada')
      .replace(OWNER, 'ada ada')
      .replace(/\b20\d\d-\d\d-\d\d(?=[ T]\d\d:\d\d)/g, CLOCK)
      .replace(/(?<=\d\d-\d\d[ T])\d\d:\d\d:\d\d/g, '09:30:00')
      .replace(/(127\.0\.0\.1|localhost)(:|%3A)\d{5}\b/g, '$1$240000');
  return shown => gathered(shown).map(({ at, text }) => ({ at, text: clean(text) }));
}

function gathered(shown) {
  const pieces = [];
  for (const { at, text } of shown) {
    const last = pieces.at(-1);
    if (last && at - last.until < TOGETHER) Object.assign(last, { text: last.text + text, until: at });
    else pieces.push({ at, until: at, text });
  }
  return pieces;
}

/** Throws where something of this machine is left. */
export function refuseTraces(text) {
  const { username } = userInfo();
  const traces = [
    process.cwd(),
    '/tmp/',
    'lecoder-record-',
    hostname(),
    ...(username === 'root' ? ['root@', '/root'] : [username]),
  ];
  const found = traces.filter(trace => text.includes(trace));
  if (found.length > 0) throw new Error(`the recording shows ${found.join(', ')}`);
}
