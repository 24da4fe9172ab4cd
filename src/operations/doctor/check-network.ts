import { isIP } from 'node:net';
import type { Probes } from '../../core/doctor.ts';
import { Failure } from '../../core/failure.ts';
import type { Reached, Road } from '../../core/host-system.ts';
import { CertificateRefused, ProxyRefused } from '../../core/network-refusals.ts';
import { asFailure, type Finding, failed, limited, ok, skipped, warning } from './finding.ts';
import type { Target } from './targets.ts';

/** What came of a target, step by step; what was not tried is null. */
export interface Way {
  readonly target: Target;
  readonly road: Road;
  readonly addresses: Step<readonly string[]> | null;
  readonly reached: Step<Reached> | null;
}

/** Milliseconds. */
export type Step<T> = { readonly took: number } & ({ readonly value: T } | { readonly failure: Failure });

interface Parts {
  readonly probes: Probes;
  readonly monotonic: () => number;
  readonly signal: AbortSignal;
}

/** Looks the name up, where no proxy does that, then connects. Throws a `usage` failure for a proxy that is not supported. */
export async function travel(target: Target, parts: Parts): Promise<Way> {
  const { probes, signal } = parts;
  const road = probes.road(target.url);
  const literal = isIP(target.url.hostname.replace(/^\[|\]$/g, '')) !== 0;
  const addresses = road.proxy === null && !literal ? await step(parts, () => probes.lookUp(target.url)) : null;
  if (addresses !== null && 'failure' in addresses) return { target, road, addresses, reached: null };
  return { target, road, addresses, reached: await step(parts, limit => probes.reach(target.url, limit)) };

  function step<T>({ monotonic }: Parts, work: (limit: AbortSignal) => Promise<T>): Promise<Step<T>> {
    const began = monotonic();
    const took = () => Math.round(monotonic() - began);
    return limited(signal, work).then(
      value => ({ took: took(), value }),
      (error: unknown) => {
        signal.throwIfAborted();
        return { took: took(), failure: asFailure(error) };
      },
    );
  }
}

export function dnsFinding(ways: readonly Way[]): Finding {
  const asked = ways.filter(({ addresses }) => addresses !== null);
  const facts = {
    hosts: asked.map(({ target, addresses }) => ({
      host: target.url.hostname,
      addresses: resultOf(addresses) ?? [],
      duration: addresses?.took ?? 0,
      error: failureOf(addresses)?.message ?? null,
    })),
  };
  if (asked.length === 0)
    return skipped(ways.some(({ road }) => road.proxy !== null) ? 'the proxy looks names up' : 'no names to look up');
  const bad = worst(asked, ({ addresses }) => failureOf(addresses));
  if (bad?.way.target.kind === 'google') return unreachable({ ...bad, failure: offTheNet(bad.failure) }, facts);
  if (bad !== null) return unreachable(bad, facts);
  const blocked = asked.find(
    ({ target, addresses }) => target.kind === 'google' && (resultOf(addresses) ?? []).every(isNowhere),
  );
  if (blocked !== undefined) {
    const text = `${blocked.target.url.hostname} leads to ${resultOf(blocked.addresses)?.join(', ')}: a filter answers in place of Google`;
    return warning(text, ['ask whoever runs the name server, or look into `/etc/hosts`'], facts);
  }
  return ok(
    `${counted(asked.length, 'name')} looked up, ${slowest(asked, ({ addresses }) => addresses)} at most`,
    facts,
  );
}

/** Google's names are spelled right. */
function offTheNet({ kind, message }: Failure): Failure {
  const hints = [
    'check that this machine is on the network, and its name server',
    'where only a proxy leads out, name it in `HTTPS_PROXY`',
  ];
  return new Failure(kind, message, { hints });
}

export function proxyFinding(ways: readonly Way[]): Finding {
  const hosts = ways.map(({ target, road }) => ({ host: target.url.hostname, ...road }));
  const facts = { hosts };
  const through = ways.filter(({ road }) => road.proxy !== null);
  const refused = through.map(({ reached }) => failureOf(reached)).find(failure => causeOf(failure, ProxyRefused));
  if (refused) return failed(refused, facts);
  const [first] = through;
  if (first !== undefined) {
    const { proxy, variable, credentials } = first.road;
    const user = credentials ? ', with a user and a password' : '';
    const around = hosts.filter(({ exempt }) => exempt !== null).length;
    const rest = around === 0 ? '' : `; ${around} of ${hosts.length} hosts go around it`;
    return ok(`${proxy} (\`${variable}\`)${user}${rest}`, facts);
  }
  const exempt = hosts.find(host => host.exempt !== null && host.exempt !== 'loopback');
  if (exempt !== undefined) return ok(`none: \`${exempt.exempt}\` in \`NO_PROXY\` covers ${exempt.host}`, facts);
  return ok('none', facts);
}

/** Who signs for Google. Anybody else sits in between and reads along. */
const GOOGLE_AUTHORITY = /^Google Trust Services\b/;

export function tlsFinding(ways: readonly Way[]): Finding {
  const facts = { hosts: ways.map(tlsFacts) };
  const tried = ways.filter(({ reached }) => reached !== null && !causeOf(failureOf(reached), ProxyRefused));
  if (tried.length === 0) return skipped('no host could be reached so far', facts);
  const bad = worst(tried, ({ reached }) => failureOf(reached));
  if (bad !== null) return unreachable(bad, facts, trustFixes(bad));
  const opened = tried.find(way => way.target.kind === 'google' && !GOOGLE_AUTHORITY.test(issuerOf(way) ?? ''));
  if (opened !== undefined) {
    const text = `the connection to ${opened.target.url.hostname} is opened on the way by "${issuerOf(opened)}", which this machine trusts`;
    return warning(text, ['whoever runs that can read along; `docs/proxies.md` says more'], facts);
  }
  const issuers = [...new Set(tried.map(issuerOf).filter(issuer => issuer !== null))];
  const signed = issuers.length === 0 ? 'without TLS' : `signed by ${issuers.map(name => `"${name}"`).join(', ')}`;
  return ok(
    `${counted(tried.length, 'host')} reached, ${signed}, ${slowest(tried, ({ reached }) => reached)} at most`,
    facts,
  );
}

function tlsFacts({ target, reached }: Way) {
  const tls = resultOf(reached)?.tls ?? null;
  const refused = causeOf(failureOf(reached), CertificateRefused);
  const certificate = tls?.certificate ?? refused?.certificate ?? null;
  return {
    host: target.url.host,
    address: resultOf(reached)?.address ?? null,
    protocol: tls?.protocol ?? null,
    trusted: reached === null || certificate === null ? null : tls !== null,
    certificate,
    duration: reached?.took ?? null,
    error: failureOf(reached)?.message ?? null,
  };
}

/** More than the failure itself says: a check-up has the room for it. */
function trustFixes({ way, failure }: Bad): string[] {
  const refused = causeOf(failure, CertificateRefused);
  if (refused === null || !/SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED/.test(refused.code)) return [];
  // a server's own certificate is nobody's interception
  if (refused.certificate.selfSigned && way.target.kind !== 'google') return [];
  return [
    `a proxy or a virus scanner of "${refused.certificate.issuer}" may open TLS: ask its people for their authority's certificate`,
    'where the system trusts it already, Node 22.19 and newer and the single binary do so too; `SSL_CERT_FILE` names its file',
  ];
}

interface Bad {
  readonly way: Way;
  readonly failure: Failure;
}

/** The gravest failure: of a host that is needed, before one that is not. */
function worst(ways: readonly Way[], failureIn: (way: Way) => Failure | null): Bad | null {
  const found = gravest(ways, failureIn);
  if (found === null) return null;
  const others = ways.filter(way => way !== found.way && failureIn(way) !== null).length;
  if (others === 0) return found;
  const { kind, message, facts } = found.failure;
  const more = `${message} (and ${counted(others, 'more host')})`;
  return { way: found.way, failure: new Failure(kind, more, { ...facts, cause: found.failure }) };
}

function gravest(ways: readonly Way[], failureIn: (way: Way) => Failure | null): Bad | null {
  const bad = ways.flatMap(way => {
    const failure = failureIn(way);
    return failure === null ? [] : [{ way, failure }];
  });
  return bad.find(({ way }) => !way.target.optional) ?? bad[0] ?? null;
}

function unreachable({ way, failure }: Bad, facts: Finding['facts'] & object, more: readonly string[] = []): Finding {
  const { use, optional } = way.target;
  if (!optional) return failed(failure, facts, more);
  const fixes = [...(failure.facts.hints ?? []), ...more];
  return warning(`${failure.message} (${use}; there are other ways)`, fixes, facts);
}

export function resultOf<T>(step: Step<T> | null): T | null {
  return step !== null && 'value' in step ? step.value : null;
}

function failureOf(step: Step<unknown> | null): Failure | null {
  return step !== null && 'failure' in step ? step.failure : null;
}

function causeOf<T>(failure: Failure | null | undefined, kind: abstract new (...args: never[]) => T): T | null {
  let at: unknown = failure;
  for (let depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if (at instanceof kind) return at;
    at = at.cause;
  }
  return null;
}

function issuerOf({ reached }: Way): string | null {
  return resultOf(reached)?.tls?.certificate.issuer ?? null;
}

/** Addresses that are nobody's: blocking name servers give them out. */
function isNowhere(address: string): boolean {
  return /^(0\.0\.0\.0|127\.|::1?$)/.test(address);
}

function slowest(ways: readonly Way[], stepOf: (way: Way) => Step<unknown> | null): string {
  return `${Math.max(...ways.map(way => stepOf(way)?.took ?? 0))} ms`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
