import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import { type ClientStore, clientMissing, type OAuthClient } from '../../core/login.ts';
import type { Services } from '../../core/services.ts';

/** True when nobody has stored it yet: it was typed just now, or is lent by the default profile. */
export type ChosenClient = OAuthClient & { readonly typed: boolean };

const STEPS = [
  'Google lets programs sign you in through an OAuth client. Make one of your own, once; it costs nothing:',
  '  1. `https://console.cloud.google.com/projectcreate` makes a project',
  '  2. `https://console.cloud.google.com/auth/overview`: fill in the consent screen, audience External',
  '  3. `https://console.cloud.google.com/auth/audience`: add your own address as a test user',
  '  4. `https://console.cloud.google.com/auth/clients/create`: application type Desktop app',
  '  5. for notebooks in Drive, enable the Drive API: `https://console.cloud.google.com/apis/library/drive.googleapis.com`',
  'While the client is in testing, Google ends each sign-in after seven days; publish it under Audience to stay signed in.',
  'Without a client of your own, the login of gcloud does: `lecoder-cgpu auth login --adc`',
];

/** The configured OAuth client; on a terminal, where there is none, one that is typed in. Throws `invalidCredentials` where nobody can be asked. */
export async function chooseClient(
  clients: ClientStore,
  { host, flags }: Services,
  report: Report,
  signal: AbortSignal,
): Promise<ChosenClient> {
  const found = clients.read();
  if (found !== null) return { ...found, typed: false };
  const lent = clients.lent();
  if (lent !== null) return { ...lent, typed: true };
  if (!flags.input || !host.stdin.isTerminal)
    throw clientMissing('signing in needs an OAuth client, and none is configured');
  for (const text of STEPS) await report({ type: 'note', text });
  const given = await typed(host, 'client id, or the file you downloaded: ', { hidden: false, signal });
  const client = looksLikeId(given) ? await withSecret(given, host, signal) : await fromDownload(given, host);
  return { ...client, typed: true };
}

async function withSecret(id: string, host: Host, signal: AbortSignal): Promise<OAuthClient> {
  return { id, secret: await typed(host, 'client secret (not shown): ', { hidden: true, signal }) };
}

async function typed(host: Host, prompt: string, options: { hidden: boolean; signal: AbortSignal }): Promise<string> {
  const line = (await host.stdin.readLine(prompt, options))?.trim() ?? '';
  if (line === '') throw clientMissing('no OAuth client was given');
  return line;
}

function looksLikeId(text: string): boolean {
  return text.endsWith('.apps.googleusercontent.com');
}

/** The JSON file that Google's console offers. What is in it is never repeated in a message. */
async function fromDownload(path: string, host: Host): Promise<OAuthClient> {
  const hints = ['an id ends in `.apps.googleusercontent.com`; the file is called `client_secret_….json`'];
  let text: string;
  try {
    text = await readFile(resolve(host.folders.work, path), 'utf8');
  } catch (cause) {
    throw new Failure('usage', 'that is neither a client id nor a file that can be read', { cause, hints });
  }
  const client = downloaded(text);
  if (client === null) throw new Failure('usage', 'that file holds no client of the type Desktop app', { hints });
  return client;
}

function downloaded(text: string): OAuthClient | null {
  try {
    const { client_id: id, client_secret: secret } = JSON.parse(text).installed;
    return typeof id === 'string' && typeof secret === 'string' ? { id, secret } : null;
  } catch {
    return null;
  }
}
