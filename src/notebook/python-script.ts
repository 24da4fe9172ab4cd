/** A piece of a Python script in the percent format that Jupytext, VS Code and Spyder read as cells. */
export type ScriptPart =
  | { readonly kind: 'text'; readonly text: string }
  /** Python as a kernel takes it, magics and top-level `await` included. */
  | { readonly kind: 'python'; readonly title: string; readonly code: string }
  /** A program for bash. */
  | { readonly kind: 'shell'; readonly title: string; readonly code: string }
  /** Code that is to be read and not run. */
  | { readonly kind: 'dead'; readonly title: string; readonly code: string };

/** Lines that only IPython understands. What looks like one inside a string is no harm: IPython runs plain Python too. */
const IPYTHON =
  /^\s*(?:[%!?]|[\w.%]+\?\??\s*$)|=\s*[!%]\s*\w|\b(?:get_ipython|display)\(|\bawait\b|\basync\s+(?:for|with)\b/m;

/**
 * The script. It runs with a plain `python`; cells that need IPython are handed to it whole, in the script's own
 * namespace, so that what a magic means is not guessed. `about` becomes comments on top.
 */
export function pythonScript(about: readonly string[], parts: readonly ScriptPart[]): string {
  const needsShell = parts.some(part => part.kind === 'shell');
  const needsIPython = parts.some(part => part.kind === 'python' && IPYTHON.test(part.code));
  const head = [
    ...about.map(line => comment(line)),
    ...(needsShell ? ['import subprocess'] : []),
    ...(needsIPython ? ['import sys', '', IPYTHON_SHELL] : []),
  ];
  return `${[head.join('\n'), ...parts.map(partText)].filter(text => text !== '').join('\n\n')}\n`;
}

/** Inside a kernel `instance` gives the shell there is. */
const IPYTHON_SHELL = `# This needs IPython (\`pip install ipython\`): some cells use magics or a top-level await.
from IPython.core.interactiveshell import InteractiveShell

_shell = InteractiveShell.instance(user_module=sys.modules["__main__"], user_ns=globals())`;

function partText(part: ScriptPart): string {
  switch (part.kind) {
    case 'text':
      return `# %% [markdown]\n${commented(part.text)}`;
    case 'python':
      return `${titled(part.title)}\n${IPYTHON.test(part.code) ? `_shell.run_cell(${literal(part.code)}).raise_error()` : trimmed(part.code)}`;
    case 'shell':
      return `${titled(part.title)}\nsubprocess.run(${literal(part.code, ', shell=True, executable="/bin/bash", check=True')})`;
    case 'dead':
      return `${titled(part.title)}\n${commented(part.code)}`;
  }
}

function titled(title: string): string {
  return title === '' ? '# %%' : `# %% ${title.replace(/\s+/g, ' ')}`;
}

/** A Python literal of the text: JSON's escapes are Python's too. Several lines are several literals in a row. */
function literal(text: string, rest = ''): string {
  const lines = trimmed(text).split(/(?<=\n)/);
  if (lines.length < 2) return `${JSON.stringify(lines[0] ?? '')}${rest}`;
  const last = rest === '' ? '' : `${rest.replace(/^, /, ',\n    ')},`;
  return `\n${lines.map(line => `    ${JSON.stringify(line)}`).join('\n')}${last}\n`;
}

function commented(text: string): string {
  return trimmed(text).split('\n').map(comment).join('\n');
}

function comment(line: string): string {
  return line === '' ? '#' : `# ${line}`;
}

function trimmed(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
}
