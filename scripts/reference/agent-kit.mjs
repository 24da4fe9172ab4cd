// skills/lecoder-cgpu/SKILL.md and integrations/AGENTS.md: how an agent uses the program. Tables come from the catalogues.
const NOTE = '<!-- Written by `node scripts/reference.mjs`. Change scripts/reference/agent-kit.mjs, not this file. -->';

/** Every file's text by its path below the repository. */
export function agentKit(data) {
  return new Map([
    ['skills/lecoder-cgpu/SKILL.md', skill(data)],
    ['integrations/AGENTS.md', agentsFile(data)],
  ]);
}

/** Commands for people at a terminal, or for ourselves. */
const NOT_FOR_AGENTS = new Set(['keep-alive', 'completion', 'auth import', 'auth export', 'upgrade']);

function skill(data) {
  return `---
name: lecoder-cgpu
description: Run shell commands, Python code and notebooks on a remote GPU (Google Colab, or any Jupyter server) with the lecoder-cgpu command line. Use it when a task needs a GPU or more memory than this machine has, when code is to run on Colab, or when a notebook is to be executed and its results kept.
---

${NOTE}

# lecoder-cgpu

Code runs in a session, which has a machine and a Python kernel; there may be several, and one is active. Variables stay in the
kernel from one run to the next; shell commands run beside it, in \`/content\` on Colab.

## Begin

\`\`\`sh
lecoder-cgpu status --json --no-input    # who is signed in, what is connected
\`\`\`

${SIGN_IN}

## Work

\`\`\`sh
lecoder-cgpu connect --gpu T4 --wait 10m --no-shell --json   # costs compute units until it is freed
lecoder-cgpu upload data.csv --json
lecoder-cgpu run --json --timeout 10m "nvidia-smi"
lecoder-cgpu run --json -k "x = 41"
lecoder-cgpu run --json -k "x + 1"
lecoder-cgpu run --json --sync . python train.py             # the newest files of this folder first
lecoder-cgpu notebook run train.ipynb --json                 # results in train.out.ipynb
lecoder-cgpu disconnect --json                               # frees the machine
\`\`\`

Rules that save time and money:

${RULES}

## Read the answer

With \`--json\` stdout is exactly one object, in every outcome. Of \`run\`:

${table(['Field', 'Type', 'What it tells'], fields(data))}

\`lecoder-cgpu schema run\` prints all of it, \`lecoder-cgpu schema <command>\` that of another command.

## When it fails

Try again only when \`error.retryable\` is true, and then at most three times, each time later. \`error.suggestion\` is the
one thing to do, where there is one.

${errorTable(data)}

${table(['Exit code', 'Meaning'], Object.entries(data.EXIT_CODES))}

## Commands

\`lecoder-cgpu help <command>\` says what each takes.

${commandList(data)}
`;
}

function agentsFile(data) {
  const exits = Object.entries(data.EXIT_CODES).map(([exit, meaning]) => `${exit} ${meaning.split(/[:;]/)[0]}`);
  return `${NOTE}

# Remote GPU

Code that needs a GPU runs on a remote machine through \`lecoder-cgpu\`. Nothing here needs CUDA on this machine.

\`\`\`sh
lecoder-cgpu connect --gpu T4 --no-shell --json              # once; costs compute units until it is freed
lecoder-cgpu run --json --sync . python train.py             # sends what changed in this folder, then runs there
lecoder-cgpu run --json -k "print('state stays in the kernel')"
lecoder-cgpu download results
lecoder-cgpu disconnect --json                               # when done
\`\`\`

${SIGN_IN}

${RULES}
- Exit codes: ${exits.join(', ')}.
- \`lecoder-cgpu help <command>\`, \`lecoder-cgpu help errors\` and \`lecoder-cgpu help json\` say the rest.
`;
}

const SIGN_IN = `Exit code 3 means that nobody is signed in: ask the user to run \`lecoder-cgpu auth login\`, or, for trying things out, add
\`--runtime local\` (a Jupyter server on this machine, no account, no GPU). Never ask for a password or a token in the conversation.`;

const RULES = `- Always give \`--json\`, and \`--no-input\` where a question would hang. Progress is on stderr; do not parse it.
- Give \`--timeout\` (5 minutes when absent, 0 for none). After a timeout the code has been stopped, but variables are still there.
- Words after the first one of \`run\` belong to the remote command. One quoted word is a shell program; \`--\` ends our options.
- Secrets go with \`--secret NAME=env:NAME\`; they never show in output, history or logs. Not into code, not into \`--env\`.
- \`lecoder-cgpu disconnect\` when the work is done, also after a failure: a machine that is left running costs units.
- \`lecoder-cgpu logs --json -n 5\` shows what ran before, with its output.`;

const MEANINGS = {
  success: 'whether the code or command did its work',
  exitCode: 'status of the command, or of `sys.exit`',
  stdout: 'what it printed',
  stderr: 'and on stderr',
  result: 'value of the last expression, with `-k`',
  errorCode: '0, or the kind of failure',
  truncated: 'output is missing here',
  error: 'only on failure',
  'error.code': 'the cause, see below',
  'error.category': 'its kind',
  'error.message': 'a sentence about it',
  'error.suggestion': 'what to do or type',
  'error.retryable': 'whether the same call may succeed later',
  'error.traceback': 'of the Python exception',
};

/** Fails when a field has gone, so that this page does not promise it. */
function fields({ fieldRows, jsonSchema }) {
  const types = new Map(
    [...fieldRows(jsonSchema('error')), ...fieldRows(jsonSchema('run'))].map(([name, type]) => [
      name.replace(/^`([^`]+)`.*$/, '$1'),
      type,
    ]),
  );
  return Object.entries(MEANINGS).map(([name, meaning]) => {
    if (!types.has(name)) throw new Error(`agent kit: there is no field ${name}`);
    return [`\`${name}\``, types.get(name), meaning];
  });
}

function errorTable({ FAILURES }) {
  const rows = Object.values(FAILURES).map(({ code, title, category, retryable, recovery }) => [
    code,
    title,
    category,
    retryable ? 'yes' : 'no',
    recovery,
  ]);
  return table(['`error.code`', 'Name', '`category`', 'Retry', 'What to do'], rows);
}

function commandList({ COMMANDS }) {
  return COMMANDS.filter(({ path }) => !NOT_FOR_AGENTS.has(path.join(' ')))
    .map(({ path, summary }) => `- \`${path.join(' ')}\`: ${summary}`)
    .join('\n');
}

function table(head, rows) {
  const line = cells => `| ${cells.map(cell => String(cell ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
