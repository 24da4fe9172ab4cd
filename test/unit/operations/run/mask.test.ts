import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../../../src/core/events.ts';
import { MASK, Mask } from '../../../../src/operations/run/mask.ts';

const SECRET = 'hf_AbCdEf123456';

async function shown(mask: Mask, events: readonly Event[]): Promise<Event[]> {
  const seen: Event[] = [];
  const { report, flush } = mask.report(event => void seen.push(event));
  for (const event of events) await report(event);
  await flush();
  return seen;
}

function texts(events: readonly Event[], stream: 'stdout' | 'stderr'): string {
  const pieces = events.flatMap(event => (event.type === 'output' && event.stream === stream ? [event.data] : []));
  return Buffer.concat(pieces.map(piece => Buffer.from(piece))).toString('utf8');
}

describe('output', () => {
  test('what comes in one turn keeps its order, with what was held back in its place', () => {
    const seen: Event[] = [];
    const { report } = new Mask([SECRET]).report(event => void seen.push(event));
    void report({ type: 'output', stream: 'stdout', data: 'before hf_' });
    void report({ type: 'clear', wait: false });
    void report({ type: 'output', stream: 'stdout', data: 'after' });
    expect(seen.map(event => (event.type === 'output' ? event.data : event.type))).toEqual([
      'before ',
      'hf_',
      'clear',
      'after',
    ]);
  });

  test('however it is cut, no secret is in it and nothing else is lost', async () => {
    const alphabet = fc.constantFrom('a', 'h', 'f', '_', 'hf_AbC', SECRET, 'é', '\n');
    await fc.assert(
      fc.asyncProperty(
        fc.array(alphabet, { maxLength: 30 }),
        fc.array(fc.nat(200)),
        fc.boolean(),
        async (parts, cuts, binary) => {
          const whole = Buffer.from(parts.join(''));
          const places = [0, ...cuts.filter(cut => cut < whole.length).sort((a, b) => a - b), whole.length];
          const chunks = places.slice(1).map((end, index) => whole.subarray(places[index], end));
          const events: Event[] = chunks.map(data => ({
            type: 'output',
            stream: 'stdout',
            data: binary ? data : data.toString('latin1'),
          }));
          const seen = texts(await shown(new Mask([SECRET]), events), 'stdout');
          const expected = binary ? whole.toString() : Buffer.from(whole.toString('latin1')).toString();
          expect(seen).toBe(expected.replaceAll(SECRET, MASK));
        },
      ),
    );
  });

  test('is not held back longer than its end could be the beginning of a secret', async () => {
    const seen: Event[] = [];
    const { report } = new Mask([SECRET]).report(event => void seen.push(event));
    await report({ type: 'output', stream: 'stdout', data: 'plain text' });
    expect(texts(seen, 'stdout')).toBe('plain text');
    await report({ type: 'output', stream: 'stdout', data: ' then hf_Ab' });
    expect(texts(seen, 'stdout')).toBe('plain text then ');
    await report({ type: 'note', text: 'another event' });
    expect(texts(seen, 'stdout')).toBe('plain text then hf_Ab');
  });

  test('the streams are looked at apart', async () => {
    const [first, second] = [SECRET.slice(0, 5), SECRET.slice(5)];
    const events: Event[] = [
      { type: 'output', stream: 'stdout', data: first },
      { type: 'output', stream: 'stderr', data: 'x' },
      { type: 'output', stream: 'stdout', data: second },
    ];
    expect(texts(await shown(new Mask([SECRET]), events), 'stdout')).toBe(MASK);
  });
});

test('results, tracebacks and anything nested are masked', async () => {
  const mask = new Mask([SECRET]);
  const [result] = await shown(mask, [
    { type: 'result', data: { 'text/plain': `'${SECRET}'` }, metadata: {}, executionCount: 1 },
  ]);
  expect(result).toMatchObject({ data: { 'text/plain': `'${MASK}'` } });
  const outcome = mask.outcome({ kind: 'exception', name: 'ValueError', message: SECRET, traceback: [`x ${SECRET}`] });
  expect(JSON.stringify(outcome)).not.toContain(SECRET);
});

test('each line of a value of several lines is a secret too', () => {
  expect(new Mask(['first-line\nsecond-line']).text('a first-line b second-line')).toBe(`a ${MASK} b ${MASK}`);
});

test('what is too short to protect is left alone', () => {
  expect(new Mask(['abc', '']).isEmpty).toBe(true);
});
