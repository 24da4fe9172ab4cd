import { createHash } from 'node:crypto';
import source from './remote_half.py';

/** Made from the Python file, so that two versions of this program can use one kernel side by side. */
const version = createHash('sha256').update(source).digest('hex').slice(0, 12);

export const TARGET = `lecoder.remote.${version}`;

/**
 * Python that loads the remote half, once, as a module nobody sees: an expression, so that no name is left in the
 * user's namespace when the kernel is the user's own.
 */
export function loadingCode(): string {
  const name = pythonText(`lecoder_remote_${version}`);
  return [
    `getattr(__import__('sys').modules.get(${name}), 'half', None) or (lambda half: [`,
    `__import__('sys').modules.__setitem__(${name}, half),`,
    `exec(compile(${pythonText(source)}, '<lecoder-cgpu remote half>', 'exec'), half.__dict__),`,
    `half.load(${pythonText(TARGET)})])(__import__('types').ModuleType(${name}))`,
  ].join(' ');
}

/** A JSON string is a Python string too, as long as it has no lone surrogates. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}
