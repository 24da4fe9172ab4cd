import { Failure } from '../core/failure.ts';
import type { ProxyRefused } from '../core/network-refusals.ts';

/** What to do when the proxy itself cannot be reached, by the code of the socket's error. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its name cannot be looked up now',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
};
const BYPASS = (host: string) => `or go around it: add \`${host}\` to \`NO_PROXY\``;

/** Why the proxy did not let us through, as a `connectionTimeout` failure that names the variable and no password. */
export function proxyFailure(url: URL, refused: ProxyRefused, code: string | null): Failure {
  const { status, variable } = refused;
  const proxy = `the proxy ${refused.proxy} (\`${variable}\`)`;
  const fail = (message: string, ...hints: string[]) =>
    new Failure('connectionTimeout', message, { hints, cause: refused });
  if (status === null) {
    const reason = (code === null ? undefined : REASONS[code]) ?? code ?? 'it does not answer as a proxy does';
    return fail(`${proxy} cannot be reached: ${reason}`, `check \`${variable}\``, BYPASS(url.hostname));
  }
  if (status === 407 && refused.credentials)
    return fail(`${proxy} does not accept the user and the password that stand there (HTTP 407)`, ENCODE);
  if (status === 407) return fail(`${proxy} wants a user and a password (HTTP 407)`, give(variable), ENCODE);
  if (status >= 500)
    return fail(
      `${proxy} cannot reach ${url.host} (HTTP ${status})`,
      'check the address, or try again later',
      BYPASS(url.hostname),
    );
  return fail(
    `${proxy} does not let us through to ${url.host} (HTTP ${status})`,
    `ask whoever runs it to allow \`${url.hostname}\``,
    BYPASS(url.hostname),
  );
}

const give = (variable: string) =>
  `put them into the address: \`${variable}=http://user:password@proxy.example.org:3128\``;
const ENCODE = 'in user and password `@`, `:`, `/` and `%` are written `%40`, `%3A`, `%2F` and `%25`';
