import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../accounts.ts';
import { type Answer, type Call, escaped, header, html, xssi } from '../answer.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world.ts';
import { plainError } from './session.ts';

const KINDS = ['dfs_ephemeral', 'auth_user_ephemeral'];
const CONSENT = '/tun/m/authorize-for-drive-credentials-ephem';

export function propagationCheck(world: World, account: Account, call: Call): Answer {
  if (world.fleet.find(account, call.parts.endpoint ?? '') === null) return plainError(404, 'Not Found');
  // One token serves the dry run and the real one.
  return xssi(200, { token: world.xsrf.issue(account, call.url.pathname) });
}

/** A dry run says whether the user has consented, and where to; the real one puts the credentials on the machine. */
export async function propagation(world: World, account: Account, call: Call): Promise<Answer> {
  const machine = world.fleet.find(account, call.parts.endpoint ?? '');
  if (machine === null) return plainError(404, 'Not Found');
  if (!world.xsrf.check(header(call, 'x-goog-colab-token'), account, call.url.pathname))
    return plainError(403, 'The XSRF token is missing or was given for another address.');
  const query = call.url.searchParams;
  const kind = query.get('authtype') ?? '';
  if (!KINDS.includes(kind) || query.get('version') !== '2') return plainError(400, 'Bad Request');
  if (!world.settings.consented && !account.consents.has(kind)) {
    const consent = new URLSearchParams({ account: account.email, authtype: kind });
    return xssi(200, { success: false, unauthorized_redirect_uri: `${world.origin}${CONSENT}?${consent}` });
  }
  if (query.get('dryrun') !== 'true') await deliver(machine, kind);
  return xssi(200, { success: true });
}

async function deliver(machine: Machine, kind: string): Promise<void> {
  await machine.vm.furnished;
  await writeFile(join(machine.vm.folders.credentials, kind), '', { mode: 0o600 });
}

/** The page a dry run sends the user to. `emulator_approve=1` clicks for them. */
export function consentPage(world: World, call: Call): Answer {
  const query = new URLSearchParams(call.method === 'POST' ? call.body.toString() : call.url.searchParams);
  const account = world.accounts.find(query.get('account') ?? '');
  const kind = query.get('authtype') ?? '';
  if (account === null || !KINDS.includes(kind)) return plainError(400, 'Bad Request');
  if (call.method === 'POST' || query.get('emulator_approve') === '1') {
    account.consents.add(kind);
    return html(200, 'Done (emulator)', '<p>The machine may have these credentials now. You may close this page.</p>');
  }
  return html(
    200,
    'Permit (emulator)',
    `<h1>Let the machine act for ${escaped(account.email)}?</h1>
<p>It asks for <code>${escaped(kind)}</code>.</p>
<form method="post" action="${CONSENT}">
<input type="hidden" name="account" value="${escaped(account.email)}">
<input type="hidden" name="authtype" value="${escaped(kind)}">
<button>Allow</button>
</form>`,
  );
}
