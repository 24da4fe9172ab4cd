import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Inbox } from '../../../src/remote/inbox.ts';
import { Outbox } from '../../../src/remote/outbox.ts';
import { type Frame, LEAST, type Standing, weight } from '../../../src/remote/protocol.ts';

interface Sent {
  readonly frame: Frame;
  readonly round: number;
}

const standing = (inbox: Inbox): Standing => ({
  got: inbox.got,
  limit: inbox.limit,
  sent: 0,
  round: 0,
  again: inbox.asked,
  ask: false,
});

/** What the network does to the next message: the oldest or another one arrives, arrives twice, or is lost. */
const fate = fc.record({
  pick: fc.nat(),
  what: fc.constantFrom('deliver', 'deliver', 'deliver', 'double', 'lose', 'answer', 'send'),
});

test('whatever is lost, doubled or reordered on the way, each frame arrives once and in order', () => {
  fc.assert(
    fc.property(fc.nat({ max: 40 }), fc.array(fate, { maxLength: 200 }), (count, fates) => {
      const inbox = new Inbox();
      const outbox = new Outbox();
      const wire: Sent[] = [];
      const taken: number[] = [];
      const put = (frame: Frame) => wire.push({ frame, round: outbox.round });
      const arrive = ({ frame, round }: Sent) => {
        if (inbox.arrived(frame.seq, round) !== 'next') return;
        taken.push(frame.seq);
        inbox.taken(weight(0));
      };
      const answer = () => {
        for (const frame of outbox.acknowledged(standing(inbox))) put(frame);
      };
      const send = () => {
        if (outbox.next < count) put(outbox.add('out', {}, []));
      };
      for (const { pick, what } of fates) {
        if (what === 'send') send();
        else if (what === 'answer') answer();
        else if (wire.length > 0) {
          const [message] = wire.splice(pick % wire.length, what === 'double' ? 0 : 1);
          if (message && what === 'deliver') arrive(message);
          else if (what === 'double') arrive(wire[pick % wire.length] as Sent);
        }
      }
      // The network has calmed down: both sides say where they stand until nothing is missing.
      while (outbox.next < count) send();
      for (let tries = 0; tries < 3; tries += 1) {
        for (const message of wire.splice(0)) arrive(message);
        inbox.shouldAsk(outbox.next, outbox.round);
        answer();
      }
      for (const message of wire.splice(0)) arrive(message);
      expect(taken).toEqual(Array.from({ length: count }, (_, seq) => seq));
      outbox.acknowledged(standing(inbox));
      expect(outbox.acknowledged({ ...standing(inbox), again: outbox.round + 1 })).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('a hole is asked for once, however many frames lie behind it', () => {
  const inbox = new Inbox();
  expect(inbox.arrived(0, 0)).toBe('next');
  expect([2, 3, 4].map(seq => inbox.arrived(seq, 0))).toEqual(['ask', 'drop', 'drop']);
  expect(inbox.hole).toBe(true);
  expect(inbox.shouldAsk(5, 0)).toBe(false);
  expect([1, 2, 3, 4].map(seq => inbox.arrived(seq, 1))).toEqual(['next', 'next', 'next', 'next']);
  expect(inbox.hole).toBe(false);
});

test('what is lost again after it was sent again is asked for again', () => {
  const inbox = new Inbox();
  expect(inbox.arrived(1, 0)).toBe('ask');
  expect(inbox.arrived(1, 1)).toBe('ask');
  expect(inbox.asked).toBe(2);
});

test('a lost end shows when the sender says how far it is', () => {
  const inbox = new Inbox();
  inbox.arrived(0, 0);
  expect(inbox.shouldAsk(1, 0)).toBe(false);
  expect(inbox.shouldAsk(2, 0)).toBe(true);
});

test('the window counts small frames as larger ones and opens again as they are taken', async () => {
  const outbox = new Outbox();
  const inbox = new Inbox();
  let sent = 0;
  while (outbox.hasRoom) {
    inbox.arrived(outbox.add('out', {}, [new Uint8Array(1)]).seq, 0);
    sent += 1;
  }
  expect(sent).toBe(241);
  const room = outbox.room();
  for (let frame = 0; frame < 16; frame += 1) inbox.taken(LEAST);
  outbox.acknowledged(standing(inbox));
  await room;
  expect(outbox.hasRoom).toBe(true);
});
