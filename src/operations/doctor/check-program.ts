import type { Host } from '../../core/host.ts';
import { VERSION } from '../../version.ts';
import { findInstall } from '../upgrade/upgrade-install.ts';
import { type Finding, ok } from './finding.ts';

/** Versions, the system, and how the program was installed. */
export async function checkProgram(host: Host): Promise<Finding> {
  const { node, arch, release } = await host.system();
  const { kind, path } = findInstall(host);
  const facts = { version: VERSION, node, platform: host.platform, arch, release, installed: kind, path };
  const runs = host.program.args.length === 0 ? `Node ${node} inside` : `on Node ${node}`;
  return ok(`lecoder-cgpu ${VERSION} (${kind}), ${runs}, ${host.platform} ${arch}`, facts);
}
