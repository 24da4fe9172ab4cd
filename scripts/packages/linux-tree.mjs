// The files of a .deb or .rpm package under a folder, as they will lie under `/`.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from '../build.mjs';
import { ROOT } from '../environment.mjs';

/** Where distributions differ. `by` is what `upgrade` reads: src/operations/upgrade/upgrade-install.ts. */
export const LAYOUTS = {
  deb: { by: 'deb', zsh: 'usr/share/zsh/vendor-completions', doc: 'usr/share/doc/lecoder-cgpu' },
  rpm: { by: 'rpm', zsh: 'usr/share/zsh/site-functions', doc: 'usr/share/doc/lecoder-cgpu' },
};

/** Writes the tree. `completions` come from `completionScripts`, `licences` is the text of all that is bundled. */
export function writeTree(root, { program, layout, completions, licences }) {
  const put = (path, content, mode = 0o644) => {
    mkdirSync(join(root, dirname(path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), mode);
  };
  put('usr/bin/lecoder-cgpu', '', 0o755);
  copyFileSync(program, join(root, 'usr/bin/lecoder-cgpu'));
  chmodSync(join(root, 'usr/bin/lecoder-cgpu'), 0o755);
  put('usr/share/lecoder-cgpu/lecoder-cgpu.install.json', `${JSON.stringify({ by: layout.by })}\n`);
  for (const [name, text] of manPages()) put(`usr/share/man/man1/${name}.gz`, gzipped(text));
  put('usr/share/bash-completion/completions/lecoder-cgpu', completions.bash);
  put(`${layout.zsh}/_lecoder-cgpu`, completions.zsh);
  put('usr/share/fish/vendor_completions.d/lecoder-cgpu.fish', completions.fish);
  put(`${layout.doc}/README.md`, readFileSync(join(ROOT, 'README.md')));
  put(`${layout.doc}/THIRD-PARTY-LICENSES.txt.gz`, gzipped(licences));
  return put;
}

/** Without a name or time in it. */
export function gzipped(text) {
  return gzipSync(text, { level: 9 });
}

function manPages() {
  const folder = join(ROOT, 'man');
  return readdirSync(folder)
    .filter(name => name.endsWith('.1'))
    .sort()
    .map(name => [name, readFileSync(join(folder, name))]);
}

/** What the program prints for each shell, of the sources as they are: the packages may be for another processor. */
export async function completionScripts() {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-completions-'));
  try {
    const metafile = await build(join(folder, 'dist'));
    const script = shell =>
      execFileSync(process.execPath, [join(folder, 'dist', 'lecoder-cgpu.cjs'), 'completion', shell], {
        env: { PATH: process.env.PATH, HOME: folder, LECODER_CONFIG_DIR: join(folder, 'config') },
      });
    return { metafile, completions: { bash: script('bash'), zsh: script('zsh'), fish: script('fish') } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
