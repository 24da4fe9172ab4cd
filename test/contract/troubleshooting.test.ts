import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
// @ts-expect-error the scripts are plain JavaScript
import { TROUBLE } from '../../scripts/reference/trouble.mjs';
import { FAILURES } from '../../src/core/failure.ts';
import { ourCalls } from '../support/shell-commands.ts';
import { sources } from '../support/source-imports.ts';

interface Trouble {
  readonly means: string;
  readonly causes: readonly { readonly says?: string; readonly why: string; readonly fix: string }[];
  readonly type: readonly string[];
}

const trouble = Object.entries(TROUBLE as Record<string, Trouble>);
/** Quotes as a reader sees them. */
const said = [...sources(join(process.cwd(), 'src')).values()].join('\n').replaceAll("\\'", "'").replaceAll('\\`', '`');

test('every code of the catalogue has its causes, and nothing else does', () => {
  const codes = new Set(Object.values(FAILURES).map(({ code }) => String(code)));
  expect(trouble.map(([code]) => code).sort()).toEqual([...codes].sort());
});

describe.each(trouble)('%s', (_, { means, causes, type }) => {
  test('says what it means, why, and what to do', () => {
    expect(means).toMatch(/\.$/);
    expect(causes.length).toBeGreaterThan(0);
    for (const { why, fix } of causes) expect(`${why}|${fix}`).toMatch(/^[^|]+[^.|]\|[^|]+[^.|]$/);
  });

  test('has a command to type', () => {
    expect(type.flatMap(ourCalls).length).toBeGreaterThan(0);
  });

  test('quotes messages that the program has', () => {
    const pieces = causes.flatMap(({ says = '' }) => says.split('…').map(each => each.trim()));
    expect(pieces.filter(each => !said.includes(each))).toEqual([]);
  });
});
