import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Host } from '../core/host.ts';
import type { Reached } from '../core/host-system.ts';
import type { CertificateFacts } from '../core/network-refusals.ts';
import { basicAuthorization, chooseProxy, type NamedProxy, type ProxyChoice, proxyRefused } from './proxy.ts';

/** How to shake hands: with `trusting` any certificate will do, since nothing is sent afterwards. */
export interface Handshake {
  readonly env: Host['env'];
  readonly trusting: boolean;
  readonly signal: AbortSignal;
}

/** Connects as requests would, and says what was met there. Nothing is sent but a CONNECT to the proxy. */
export async function reach(url: URL, { env, trusting, signal }: Handshake): Promise<Reached> {
  signal.throwIfAborted();
  const tcp = await connection(url, chooseProxy(url, env), signal);
  const address = tcp.remoteAddress ?? null;
  try {
    if (url.protocol !== 'https:' && url.protocol !== 'wss:') return { address, tls: null };
    const name = hostOf(url);
    const servername = isIP(name) === 0 ? { servername: name } : {};
    const secure = connectTls({ socket: tcp, host: name, ...servername, rejectUnauthorized: !trusting });
    secure.on('error', () => {}); // also after it was looked at
    await ready(secure, 'secureConnect', signal);
    return { address, tls: { protocol: secure.getProtocol() ?? '', certificate: factsOf(secure) } };
  } finally {
    tcp.on('error', () => {}).destroy();
  }
}

function connection(url: URL, choice: ProxyChoice, signal: AbortSignal): Promise<Socket> {
  const port = Number(url.port || (/^(https|wss):$/.test(url.protocol) ? 443 : 80));
  if (choice.proxy !== null) {
    const named = { proxy: choice.proxy, variable: choice.variable };
    return tunnel(named, `${url.hostname}:${port}`, signal);
  }
  const socket = connectTcp({ host: hostOf(url), port });
  return ready(socket, 'connect', signal).then(() => socket);
}

/** Rejects with a `ProxyRefused` when the proxy opens none. */
function tunnel(named: NamedProxy, target: string, signal: AbortSignal): Promise<Socket> {
  const { proxy } = named;
  const authorization = basicAuthorization(proxy);
  const headers = { Host: target, ...(authorization === null ? {} : { 'Proxy-Authorization': authorization }) };
  const start = proxy.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = start({ method: 'CONNECT', host: hostOf(proxy), port: proxy.port, path: target, headers, signal });
    asked.once('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(proxyRefused(named, statusCode ?? null));
    });
    asked.once('error', error => reject(signal.aborted ? signal.reason : proxyRefused(named, null, error)));
    asked.end();
  });
}

function ready(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => {
      socket.destroy();
      end(() => reject(signal.reason));
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once(event, () => end(resolve));
    socket.once('error', error => end(() => reject(error)));
    socket.once('close', () => end(() => reject(hungUp())));
  });
}

/** As Node calls it when the other side hangs up. */
function hungUp(): Error {
  return Object.assign(new Error('the other side closed the connection'), { code: 'ECONNRESET' });
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function factsOf(socket: TLSSocket): CertificateFacts {
  const shown: PeerCertificate = socket.getPeerCertificate(false);
  const [subject, issuer] = [shown.subject, shown.issuer].map(nameOf);
  return {
    subject: subject ?? '',
    issuer: issuer ?? '',
    validFrom: timeOf(shown.valid_from),
    validTo: timeOf(shown.valid_to),
    selfSigned: JSON.stringify(shown.subject) === JSON.stringify(shown.issuer),
  };
}

/** The organisation, else the common name. Whoever shows a certificate chose the words: nothing in them moves a cursor. */
function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const said = name?.O ?? name?.CN ?? name?.OU ?? '';
  const text = Array.isArray(said) ? said.join(', ') : said;
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 200);
}

function timeOf(text: string | undefined): string {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}
