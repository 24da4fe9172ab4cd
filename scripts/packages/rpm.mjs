// An .rpm package, made by rpmbuild.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../environment.mjs';
import { run, StepFailed } from '../steps.mjs';
import { renameOrCopy } from './deb.mjs';
import { fileName, HOMEPAGE, LINUX_VERSION, LONG, NAME, SUMMARY } from './describe.mjs';
import { LAYOUTS, writeTree } from './linux-tree.mjs';

const ARCHITECTURES = { 'linux-x64': 'x86_64', 'linux-arm64': 'aarch64' };

/** Writes the package of a target into `out` and returns its name. */
export async function makeRpm({ target, program, out, time, ...parts }) {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-rpm-'));
  const name = fileName(target, 'rpm');
  try {
    const tree = join(folder, 'tree');
    const put = writeTree(tree, { program, layout: LAYOUTS.rpm, ...parts });
    put('usr/share/licenses/lecoder-cgpu/LICENSE', readFileSync(join(ROOT, 'LICENSE')));
    mkdirSync(join(folder, 'SPECS'));
    writeFileSync(join(folder, 'SPECS', 'lecoder-cgpu.spec'), spec(tree));
    const machine = ARCHITECTURES[target];
    const args = ['-bb', '--target', `${machine}-linux`, '--define', `_topdir ${folder}`, 'SPECS/lecoder-cgpu.spec'];
    const { status, output, error } = await run('rpmbuild', args, {
      cwd: folder,
      env: { ...process.env, SOURCE_DATE_EPOCH: String(time) },
    });
    if (status !== 0)
      throw new StepFailed(`rpmbuild ended with ${status ?? error?.message}`, output, ['`apt install rpm`']);
    const [made] = readdirSync(join(folder, 'RPMS', machine));
    renameOrCopy(join(folder, 'RPMS', machine, made), join(out, name));
    return name;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing is to be done to the program (stripping it would cut off what is in it), and no time or host is to stand in it. */
function spec(tree) {
  return `%global __os_install_post %{nil}
%global debug_package %{nil}
%global _build_id_links none
%global _binary_payload w6.xzdio
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global source_date_epoch_from_changelog 0
%global _buildhost reproducible

Name: ${NAME}
Version: ${LINUX_VERSION}
Release: 1
Summary: ${SUMMARY.slice(0, SUMMARY.indexOf(','))}
License: MIT
URL: ${HOMEPAGE}
Recommends: ca-certificates

%description
${LONG.join('\n')}

%install
cp -a '${tree}/.' '%{buildroot}/'

%files
%dir /usr/share/licenses/lecoder-cgpu
%license /usr/share/licenses/lecoder-cgpu/LICENSE
%doc /usr/share/doc/lecoder-cgpu
/usr/bin/lecoder-cgpu
%dir /usr/share/lecoder-cgpu
/usr/share/lecoder-cgpu/lecoder-cgpu.install.json
/usr/share/man/man1/lecoder-cgpu*.1.gz
/usr/share/bash-completion/completions/lecoder-cgpu
/usr/share/zsh/site-functions/_lecoder-cgpu
/usr/share/fish/vendor_completions.d/lecoder-cgpu.fish
`;
}
