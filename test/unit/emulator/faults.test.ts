import { describe, expect, test } from 'vitest';
import { BadFault, Faults } from '../../../src/emulator/faults.ts';

test('a fault is met as often as it says, by its own operation only', () => {
  const faults = new Faults();
  faults.add('assign=503x2,token=500');
  expect(faults.take('assignments')).toBeNull();
  expect([faults.take('assign'), faults.take('assign'), faults.take('assign')]).toEqual([
    { kind: 'status', status: 503 },
    { kind: 'status', status: 503 },
    null,
  ]);
  expect([1, 2, 3].map(() => faults.take('token')?.kind)).toEqual(['status', 'status', 'status']);
  expect(faults.list()).toEqual([{ fault: 'token=500', left: null }]);
});

test('some are let through first', () => {
  const faults = new Faults();
  faults.add('keep-alive=timeoutx1@2');
  expect([1, 2, 3, 4].map(() => faults.take('keep-alive')?.kind)).toEqual([undefined, undefined, 'timeout', undefined]);
});

test('two faults of one operation come one after the other', () => {
  const faults = new Faults();
  faults.add('assign=412x1,assign=lostx1');
  expect([1, 2, 3].map(() => faults.take('assign')?.kind)).toEqual(['status', 'lost', undefined]);
});

test('forgetting those of one operation leaves the others', () => {
  const faults = new Faults();
  faults.add('assign=503,token=reset');
  faults.clear('assign');
  expect([faults.take('assign'), faults.take('token')]).toEqual([null, { kind: 'reset' }]);
  faults.clear();
  expect(faults.take('token')).toBeNull();
});

test.each([
  ['assign=outcome2', { kind: 'outcome', outcome: 2 }],
  ['assign=slow:1.5s', { kind: 'slow', wait: 1500 }],
  ['assign=slow:250msx1', { kind: 'slow', wait: 250 }],
  ['assign=html', { kind: 'html' }],
  ['assign=302', { kind: 'status', status: 302 }],
])('%s is read', (text, fault) => {
  const faults = new Faults();
  faults.add(text);
  expect(faults.take('assign')).toEqual(fault);
});

describe('what is not a fault is refused', () => {
  test.each([
    'assign',
    'assign=',
    'nothing=503',
    'assign=99',
    'assign=200',
    'assign=503x',
    'assign=outcome9',
    'assign=slow:soon',
    'constructor=500',
  ])('%s', text => {
    expect(() => new Faults().add(text)).toThrow(BadFault);
  });
});
