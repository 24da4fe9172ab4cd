import { pipName } from '../run/package-names.ts';

/** The one thing to do about a failed import. Ends in the bare `pip install NAME` wherever a package would help. */
export function importAdvice(message: string): string {
  const missing = missingModule(message);
  if (missing !== null) {
    const name = pipName(missing);
    if (name !== null) return `pip install ${name}`;
    return `\`${missing}\` is no package to install: copy its file to the runtime, or add its folder to \`sys.path\``;
  }
  if (/libGL\.so|libgthread|libSM\.so|libXext/.test(message))
    return 'the machine has no display libraries; use the build without them: pip install opencv-python-headless';
  const from = /cannot import name '[^']+' from (?:partially initialized module )?'([\w.]+)'/.exec(message)?.[1];
  if (from !== undefined && /partially initialized/.test(message))
    return `\`${from}\` imports itself in a circle, or a file of yours hides a package of that name; rename the file`;
  const package_ = from === undefined ? null : pipName(from);
  if (package_ !== null)
    return `the installed version has no such name; another version may: pip install --upgrade ${package_}`;
  return 'check which version is installed and that no file of yours hides the module';
}

/** The module an `ImportError` says is not there, or null when it says something else. */
export function missingModule(message: string): string | null {
  return /No module named ['"]?([\w.]+)['"]?/.exec(message)?.[1] ?? null;
}
