import { describe, expect, test } from 'vitest';
import { drawing, imageProtocol } from '../../../src/ui/images.ts';
import { prompts } from '../../../src/ui/repl-screen.ts';

const output = (isTerminal: boolean) => ({ isTerminal }) as Parameters<typeof imageProtocol>[0]['stdout'];

describe('which terminal draws', () => {
  test.each([
    [{ KITTY_WINDOW_ID: '1', TERM: 'xterm-kitty' }, 'kitty'],
    [{ TERM: 'xterm-ghostty' }, 'kitty'],
    [{ TERM_PROGRAM: 'iTerm.app', TERM: 'xterm-256color' }, 'iterm2'],
    [{ TERM_PROGRAM: 'WezTerm' }, 'iterm2'],
    [{ TERM: 'xterm-256color' }, null],
    [{ KITTY_WINDOW_ID: '1', TMUX: '/tmp/tmux-0/default,1,0' }, null],
    [{ KITTY_WINDOW_ID: '1', TERM: 'screen-256color' }, null],
  ])('%j: %s', (env, protocol) => {
    expect(imageProtocol({ stdout: output(true), env })).toBe(protocol);
    expect(imageProtocol({ stdout: output(false), env })).toBeNull();
  });
});

describe('how', () => {
  const base64 = Buffer.alloc(9000, 7).toString('base64');
  const wrapped = base64.replace(/(.{76})/g, '$1\n');

  test('kitty takes PNG, in pieces that say whether more follow', () => {
    const drawn = drawing({ 'image/png': wrapped }, 'kitty') ?? '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    const pieces = [...drawn.matchAll(/\u001b_G([^;]*);([^\u001b]*)\u001b\\/g)];
    expect(pieces.map(([whole]) => whole).join('')).toBe(drawn);
    expect(pieces.map(([, head]) => head)).toEqual(['a=T,f=100,q=2,m=1', 'm=1', 'm=0']);
    expect(pieces.map(([, , data]) => data).join('')).toBe(base64);
    expect(drawing({ 'image/jpeg': base64 }, 'kitty')).toBeNull();
  });

  test('iTerm2 takes more, with its size in bytes', () => {
    expect(drawing({ 'image/jpeg': wrapped }, 'iterm2')).toBe(`\u001b]1337;File=inline=1;size=9000:${base64}\u0007`);
    expect(drawing({ 'text/plain': 'x', 'image/svg+xml': '<svg/>' }, 'iterm2')).toBeNull();
  });
});

test('prompts stand below each other', () => {
  const plain = prompts({ green: text => text, red: text => text });
  expect([plain.prompt(1), plain.continuation(1), plain.result(1)]).toEqual(['In [1]: ', '   ...: ', 'Out[1]: ']);
  expect([plain.prompt(12), plain.continuation(12)]).toEqual(['In [12]: ', '    ...: ']);
  expect(plain.prompt(null)).toBe('In [ ]: ');
});
