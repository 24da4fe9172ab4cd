import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { yamlScripts } from '../support/doc-blocks.ts';
import { runProgram } from '../support/run-program.ts';

/**
 * The GitHub action and the GitLab template, their steps run with bash as those services run them, against the emulator.
 * What only the services know (their expressions, `if:`) is read here as far as these files use it.
 */
interface Step {
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

const action = parse(readFileSync('integrations/github-action/action.yml', 'utf8'));
const template = parse(readFileSync('integrations/gitlab/lecoder-cgpu.yml', 'utf8'));
const steps: readonly Step[] = action.runs.steps;

let colab: ColabCli;
let env: Record<string, string>;
let output: string;

beforeAll(async () => {
  colab = await colabCli();
  output = join(colab.home, 'output');
  env = { ...colab.env, PATH: await colab.commandsOnPath(), GITHUB_OUTPUT: output };
}, 60_000);
afterAll(async () => colab?.close(), 60_000);

/** `${{ inputs.a || env.B }}`, the only expressions in the steps. */
function filledIn(text: string, inputs: Readonly<Record<string, string>>): string {
  const value = (name: string) =>
    name.startsWith('env.') ? env[name.slice(4)] : inputs[name.replace(/^inputs\./, '')];
  return text.replace(/\$\{\{ (.+?) \}\}/g, (_, names: string) => names.split(' || ').map(value).find(Boolean) ?? '');
}

async function runAction(given: Readonly<Record<string, string>>) {
  const defaults = Object.entries<{ default: string }>(action.inputs).map(([name, input]) => [name, input.default]);
  const inputs = { ...Object.fromEntries(defaults), ...given };
  const known: Record<string, (failed: boolean) => boolean> = {
    '': failed => !failed,
    "inputs.run != ''": failed => !failed && inputs.run !== '',
    "always() && inputs.run != ''": () => inputs.run !== '',
  };
  await writeFile(output, '');
  const ran: { name: string; code: number | null; stdout: string; stderr: string }[] = [];
  for (const step of steps) {
    const wanted = known[step.if ?? ''];
    if (wanted === undefined) throw new Error(`the test does not know \`if: ${step.if}\``);
    if (!wanted(ran.some(({ code }) => code !== 0))) continue;
    const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, filledIn(text, inputs)]);
    const options = { env: { ...env, ...Object.fromEntries(own) }, cwd: colab.home };
    ran.push({ name: step.name, ...(await runProgram('bash', ['-eo', 'pipefail', '-c', step.run], options)) });
  }
  return ran;
}

describe('the GitHub action', () => {
  test('connects, runs and frees the machine', async () => {
    const ran = await runAction({
      run: 'lecoder-cgpu run nvidia-smi -L\necho "on $LECODER_SESSION"',
      gpu: 'L4,T4',
      name: 'job',
    });
    expect(ran.map(({ name, code }) => `${name} ${code}`)).toEqual([
      'Install lecoder-cgpu 0',
      'Connect 0',
      'Run 0',
      'Free the machine 0',
    ]);
    expect(ran[2]?.stdout).toMatch(/L4[\s\S]*on job\n$/);
    expect(await readFile(output, 'utf8')).toBe('session=job\n');
    expect(await colab.machines()).toEqual([]);
  });

  test('frees the machine of commands that failed, and fails', async () => {
    const ran = await runAction({ run: 'lecoder-cgpu run --propagate-exit-code "exit 3"\necho never' });
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 3, 0]);
    expect(ran[2]?.stdout).not.toContain('never');
    expect(await colab.machines()).toEqual([]);
  });

  test('without commands the machine stays for the next steps', async () => {
    expect((await runAction({ name: 'later' })).map(({ name }) => name)).toEqual(['Install lecoder-cgpu', 'Connect']);
    expect(await colab.machines()).toHaveLength(1);
    await colab.call(['disconnect', '--all']);
  });

  test('no input becomes part of a script, and every input is used', () => {
    for (const step of steps) {
      expect(step.shell).toBe('bash');
      expect(step.run).not.toContain('${{');
    }
    const text = JSON.stringify(action.runs);
    expect(Object.keys(action.inputs).filter(name => !text.includes(`inputs.${name}`))).toEqual([]);
  });
});

describe('the GitLab template', () => {
  test('has a machine while the script of a job runs', async () => {
    const job = template['.lecoder-cgpu'];
    const shell = (lines: readonly string[]) =>
      runProgram('sh', ['-ec', lines.join('\n')], {
        env: { ...env, ...job.variables, LECODER_CI_GPU: 'T4' },
        cwd: colab.home,
      });
    const ran = await shell([...job.before_script, 'lecoder-cgpu run --propagate-exit-code "nvidia-smi -L"']);
    expect(ran.stdout).toContain('T4');
    expect(ran.code).toBe(0);
    expect(await colab.machines()).toHaveLength(1);
    expect((await shell(job.after_script)).code).toBe(0);
    expect(await colab.machines()).toEqual([]);
  });
});

test.each([...yamlScripts(action), ...yamlScripts(template)])('the shell understands %j', script => {
  expect(() => execFileSync('bash', ['-n'], { input: script, stdio: 'pipe' })).not.toThrow();
});
