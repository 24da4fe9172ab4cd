import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/main.ts';
import { testHost } from '../support/test-host.ts';
import { type Report, readCommand, type Story } from './read-story.ts';

/** What a command line did. */
export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Runner = (report: Report, folder: string) => Promise<Outcome>;

/** Runs the line in this process, on a machine in memory. */
export const inProcess: Runner = async ({ line, stdin }, folder) => {
  const { env, argv } = readCommand(line);
  const host = testHost({ folder, env, stdin: stdin ?? '' });
  const exit = await main(argv, host);
  return { exit, stdout: host.stdout.text, stderr: host.stderr.text };
};

/** Runs the line as a process: a bundle on Node, or a single binary. */
export function withProgram(program: string, ...before: string[]): Runner {
  return ({ line, stdin }, folder) => {
    const { env, argv } = readCommand(line);
    mkdirSync(folder, { recursive: true });
    const child = spawn(program, [...before, ...argv], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        LECODER_CONFIG_DIR: join(folder, 'config'),
        XDG_DATA_HOME: join(folder, 'data'),
        ...env,
      },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', chunk => out.push(chunk));
    child.stderr.on('data', chunk => err.push(chunk));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '');
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', code =>
        resolve({ exit: code ?? -1, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
      );
    });
  };
}

/** The lines of one story run one after another in one folder. Returns the report of each. */
export async function runAll(story: Story, folder: string, run: Runner): Promise<Map<Report, string>> {
  const reports = new Map<Report, string>();
  for (const report of story.parts.flatMap(part => (typeof part === 'string' ? [] : part))) {
    reports.set(report, reportText(await run(report, folder), folder));
  }
  return reports;
}

/** The report as a story shows it: stdout, then stderr with `! ` before each line, then `= ` and the exit code. */
export function reportText({ exit, stdout, stderr }: Outcome, folder: string): string {
  const lines = [...shown(stdout, '', folder), ...shown(stderr, '! ', folder), `= ${exit}`];
  return lines.join('\n');
}

/** What differs from run to run, and what a story shows instead. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/"timing":\{[^}]*\}/g, '"timing":{…}'],
  [/"executionTime":[\d.]+/g, '"executionTime":…'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>'],
  [/\b[\d.]+ m?s\b/g, '<duration>'],
];

function shown(text: string, mark: string, folder: string): string[] {
  if (text === '') return [];
  const plain = VARYING.reduce(
    (seen, [pattern, instead]) => seen.replace(pattern, instead),
    text.replaceAll(folder, '<folder>'),
  );
  const ended = plain.endsWith('\n');
  const lines = (ended ? plain.slice(0, -1) : plain)
    .split('\n')
    .map(line => (mark === '' ? line : `${mark}${line}`.trimEnd()));
  return ended ? lines : [...lines, `${mark}\\ no line end`];
}
