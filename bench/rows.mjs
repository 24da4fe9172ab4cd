import { createCipheriv, createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLOOR_RUN } from './bed.mjs';
import { BINARY_ROWS } from './binary-rows.mjs';
import { FORWARD_ROWS } from './forward-rows.mjs';
import { compare, environment, inspect, once } from './measure.mjs';
import { NOTEBOOK_ROWS } from './notebook-rows.mjs';

const FLOOR_SHELL = fileURLToPath(new URL('floor-shell.mjs', import.meta.url));

const FLOOR_FILES = fileURLToPath(new URL('floor-files.mjs', import.meta.url));
const FLOOR_CONTENTS = fileURLToPath(new URL('floor-contents.mjs', import.meta.url));
const FLOOR_CONNECT = fileURLToPath(new URL('floor-connect.mjs', import.meta.url));
const CONNECT = ['connect', '--runtime', 'colab', '--no-shell', '--keep-alive', '0'];
/** The emulator's names for what is asked of it. */
const SOCKET = 'proxy-kernel-socket';
const STEPS = {
  token: 'token',
  'assign-check': 'assign GET',
  assign: 'assign POST',
  'proxy-kernels': 'kernel of the machine',
  [SOCKET]: 'its socket',
};

const LINES = 200_000;
const PRINTING = `for i in range(${LINES}): print(f"line {i:07d} " + "x"*60)`;
const MEMORY_BAR = 150_000_000;
const BYTES = 300_000_000;

/**
 * Each row: what is compared with what, the bar for the ratio, how many rounds, and `measure`, which takes the bed and
 * the rounds and returns the comparison with `facts`: sentences with `ok` false where a promise is broken.
 */
export const ROWS = [
  start('--version', 1.25, ['--version']),
  start('--help', 1.6, ['--help']),
  start('run --help', 1.6, ['run', '--help']),
  ...BINARY_ROWS,
  {
    name: 'warm run',
    floor: 'one socket, one execution',
    bar: 1.6,
    rounds: 15,
    async measure(bed, rounds) {
      const session = await bed.localSession();
      return await compare(onWarmKernel(session, '1+1'), { rounds });
    },
  },
  {
    name: 'warm run, 100 ms away',
    floor: 'the same, as far away',
    bar: 1.25,
    rounds: 9,
    async measure(bed, rounds) {
      const proxy = await bed.proxy(100);
      const session = await bed.session(proxy.url);
      const timed = await compare(onWarmKernel(session, '1+1'), { rounds });
      proxy.forget();
      await once(session.run('-k', '1+1'));
      const { connections, requests } = proxy.seen;
      const early = requests.filter(request => request.early);
      const named = requests.map(request => `${request.early ? 'before' : 'after'} it ${request.line}`);
      return {
        ...timed,
        facts: [
          { ok: early.length === 0, text: `HTTP requests before the socket opens: ${early.length}` },
          { ok: connections === 1, text: [`connections: ${connections}`, ...named].join('; ') },
        ],
      };
    },
  },
  warmOnColab('warm run, Colab', 1.6, { rounds: 15, latency: 0 }),
  warmOnColab('warm run, Colab, 100 ms away', 1.25, { rounds: 9, latency: 100 }),
  {
    name: 'cold connect, Colab',
    floor: 'the same five steps',
    bar: 1.25,
    rounds: 5,
    async measure(bed, rounds) {
      const google = await bed.emulator();
      await google.latency(100);
      const ours = () => ({ args: [bed.program, ...CONNECT], env: bed.newcomer(google) });
      const floor = { args: [FLOOR_CONNECT], env: environment(google.variables) };
      const afterwards = () => google.control('delete-runtime', {});
      const timed = await compare({ ours, floor, afterwards }, { rounds });
      await google.forget();
      await once(ours());
      const steps = (await google.state()).requests.map(({ operation }) => operation);
      await afterwards();
      return { ...timed, facts: [sequence(steps)] };
    },
  },
  {
    name: '200,000 lines',
    floor: 'the same, unlooked at',
    bar: 1.3,
    rounds: 5,
    async measure(bed, rounds) {
      const session = await bed.session((await bed.server()).url);
      const programs = onWarmKernel(session, PRINTING);
      const [ours, floor] = [await inspect(programs.ours), await inspect(programs.floor)];
      return { ...(await compare(programs, { rounds })), facts: [allLines(ours), memory(ours, floor)] };
    },
  },
  {
    name: '300 MB from a command',
    floor: 'the same comm, unlooked at',
    bar: 1.2,
    rounds: 5,
    async measure(bed, rounds) {
      const server = await bed.server();
      const session = await bed.session(server.url);
      const file = join(server.folder, 'stream.bin');
      const wanted = writeStream(file);
      const ours = await inspect(session.run(`cat ${file}`));
      const command = `head -c ${BYTES} /dev/urandom`;
      const { kernel, target } = await bed.remoteHalf();
      const where = { ...floorEnvironment(session), FLOOR_KERNEL: kernel, FLOOR_TARGET: target };
      const env = environment({ ...where, FLOOR_COMMAND: command });
      const programs = { ours: session.run(command), floor: { args: [FLOOR_SHELL], env } };
      const floor = await inspect(programs.floor);
      const same = ours.bytes === BYTES && ours.hash === wanted;
      return {
        ...(await compare(programs, { rounds })),
        facts: [
          {
            ok: same,
            text: `a known stream of ${BYTES} bytes arrived ${same ? 'bit for bit' : `as ${ours.bytes} others`}`,
          },
          { ok: floor.bytes === BYTES, text: `the floor read ${floor.bytes} bytes` },
          memory(ours, floor),
        ],
      };
    },
  },
  transfer('300 MB up', 'up', { floor: 'the same comm, hashing', bar: 1.25 }),
  transfer('300 MB down', 'down', { floor: 'the same comm, hashing', bar: 1.25 }),
  transfer('300 MB up', 'up', { floor: 'contents API, 8 MiB a time', bar: 0.4, contents: true }),
  {
    name: '1,000 files of 1 KB up',
    floor: '`cp -r` of the same',
    bar: 4,
    rounds: 5,
    async measure(bed, rounds) {
      const place = await transferPlace(bed);
      const from = join(place.folder, 'many');
      mkdirSync(from, { recursive: true });
      for (let i = 0; i < 1000; i += 1) writeFileSync(join(from, String(i)), Buffer.alloc(1024, i));
      const to = join(place.folder, 'many-there');
      const afterwards = () => rmSync(to, { recursive: true, force: true });
      const copy = `require('node:fs').cpSync(${JSON.stringify(from)}, ${JSON.stringify(to)}, { recursive: true })`;
      const programs = { ours: place.ours('upload', from, to), floor: { args: ['-e', copy], env: environment() } };
      const timed = await compare({ ...programs, afterwards }, { rounds });
      const ok = timed.ours <= 3000;
      return { ...timed, facts: [{ ok, text: `${Math.round(timed.ours)} ms for 1,000 files (bar 3,000 ms)` }] };
    },
  },
  {
    name: 'sync of 5,000 files with one change',
    floor: 'a look at both trees',
    bar: 6,
    rounds: 5,
    async measure(bed, rounds) {
      const place = await transferPlace(bed);
      const [from, to] = ['synced', 'synced-there'].map(name => join(place.folder, name));
      for (let i = 0; i < 5000; i += 1) {
        if (i % 100 === 0) mkdirSync(join(from, String(i % 1000), String(i)), { recursive: true });
        writeFileSync(
          join(from, String((i - (i % 100)) % 1000), String(i - (i % 100)), `${i}.py`),
          `${i}\n`.repeat(100),
        );
      }
      const sync = place.ours('sync', from, to);
      await once(sync);
      const ours = () => {
        appendFileSync(join(from, '100', '2100', '2150.py'), 'changed\n');
        return sync;
      };
      const look = `for (const root of ${JSON.stringify([from, to])}) for (const name of require('node:fs').readdirSync(root, { recursive: true })) require('node:fs').lstatSync(root + '/' + name)`;
      const timed = await compare({ ours, floor: { args: ['-e', look], env: environment() } }, { rounds });
      const ok = timed.ours <= 3000;
      return { ...timed, facts: [{ ok, text: `${(timed.ours / 1000).toFixed(2)} s (bar 3 s)` }] };
    },
  },
  ...FORWARD_ROWS,
  ...NOTEBOOK_ROWS,
];

/** A folder that both sides see, and our program with a warm session. */
async function transferPlace(bed) {
  const server = await bed.server();
  const session = await bed.session(server.url);
  const { env } = session.run();
  const ours = (...words) => ({ args: [bed.program, ...words, '--runtime', 'jupyter'], env });
  return { server, session, ours, folder: server.folder };
}

function transfer(name, way, { floor, bar, contents = false }) {
  return {
    name,
    floor,
    bar,
    rounds: 5,
    async measure(bed, rounds) {
      const { session, ours, folder } = await transferPlace(bed);
      const [from, to] = [join(folder, 'from.bin'), join(folder, 'to.bin')];
      const wanted = writeStream(from);
      const { kernel, target } = await bed.remoteHalf();
      const copy = join(folder, 'floor.bin');
      const [local, remote] = way === 'up' ? [from, copy] : [copy, from];
      const names = { FLOOR_LOCAL: local, FLOOR_REMOTE: contents ? 'floor.bin' : remote, FLOOR_WAY: way };
      const where = { ...floorEnvironment(session), FLOOR_KERNEL: kernel, FLOOR_TARGET: target, ...names };
      const programs = {
        ours: ours(way === 'up' ? 'upload' : 'download', from, to, '--no-resume'),
        floor: { args: [contents ? FLOOR_CONTENTS : FLOOR_FILES], env: environment(where) },
      };
      const [own, other] = [await inspect(programs.ours), await inspect(programs.floor)];
      const same = path => createHash('sha256').update(readFileSync(path)).digest('hex') === wanted;
      const facts = [
        [to, 'ours'],
        [copy, 'the floor'],
      ].map(([path, who]) => {
        const ok = same(path);
        return { ok, text: `${who}: ${BYTES} bytes arrived ${ok ? 'bit for bit' : 'as others'}` };
      });
      return { ...(await compare(programs, { rounds })), facts: [...facts, memory(own, other)] };
    },
  };
}

function start(name, bar, words) {
  return {
    name,
    floor: 'node -e 0',
    bar,
    rounds: 25,
    async measure({ program }, rounds) {
      const env = environment();
      const programs = { ours: { args: [program, ...words], env }, floor: { args: ['-e', '0'], env } };
      return await compare(programs, { rounds, warmups: 3 });
    },
  };
}

function warmOnColab(name, bar, { rounds: usual, latency }) {
  return {
    name,
    floor: latency === 0 ? 'one socket, one execution' : 'the same, as far away',
    bar,
    rounds: usual,
    async measure(bed, rounds) {
      const session = await bed.colabSession();
      const google = await bed.emulator();
      await google.latency(latency);
      const timed = await compare(onWarmKernel(session, '1+1'), { rounds });
      await google.forget();
      await once(session.run('-k', '1+1'));
      return { ...timed, facts: traffic((await google.state()).counts) };
    },
  };
}

/** What a warm run asked for: of Google nothing, of the machine one socket. */
function traffic(counts) {
  const named = Object.entries(counts);
  const ofGoogle = named.filter(([operation]) => !operation.startsWith('proxy-'));
  const others = named.filter(([operation]) => operation.startsWith('proxy-') && operation !== SOCKET);
  const all = some => some.map(([operation, count]) => `${count} ${operation}`);
  const sockets = counts[SOCKET] ?? 0;
  return [
    { ok: ofGoogle.length === 0, text: `requests to Google: ${all(ofGoogle).join(', ') || 0}` },
    {
      ok: sockets === 1 && others.length === 0,
      text: [`sockets to the runtime: ${sockets}`, ...all(others)].join('; '),
    },
  ];
}

function sequence(steps) {
  const wanted = ['token', 'assign-check', 'assign', 'proxy-kernels', SOCKET];
  const named = steps.map(operation => STEPS[operation] ?? operation);
  return { ok: steps.join() === wanted.join(), text: `requests, one after the other: ${named.join(', ')}` };
}

function onWarmKernel(session, code) {
  const env = environment({ ...floorEnvironment(session), FLOOR_KERNEL: session.kernel, FLOOR_CODE: code });
  return { ours: session.run('-k', code), floor: { args: [FLOOR_RUN], env } };
}

function floorEnvironment({ url, token, proxyToken }) {
  return { FLOOR_URL: url, ...(proxyToken ? { FLOOR_PROXY_TOKEN: proxyToken } : { FLOOR_TOKEN: token }) };
}

function allLines(ours) {
  const wanted = createHash('sha256');
  for (let i = 0; i < LINES; i += 1) wanted.update(`line ${String(i).padStart(7, '0')} ${'x'.repeat(60)}\n`);
  const ok = ours.hash === wanted.digest('hex');
  return { ok, text: `lines kept: ${ours.lines} of ${LINES}${ok ? ', every one as printed' : ''}` };
}

function memory(ours, floor) {
  const megabytes = bytes => `${Math.round(bytes / 1e6)} MB`;
  return {
    ok: ours.memory < MEMORY_BAR,
    text: `peak memory: ${megabytes(ours.memory)} (floor ${megabytes(floor.memory)}, bar ${megabytes(MEMORY_BAR)})`,
  };
}

/** Bytes that look random and are the same every time. Returns their SHA-256. */
function writeStream(file) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16, 2));
  const hash = createHash('sha256');
  const zeros = Buffer.alloc(10_000_000);
  writeFileSync(file, '');
  for (let done = 0; done < BYTES; done += zeros.length) {
    const part = cipher.update(zeros);
    hash.update(part);
    writeFileSync(file, part, { flag: 'a' });
  }
  return hash.digest('hex');
}
