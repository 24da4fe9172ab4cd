import { writeSync } from 'node:fs';

/** Stamped in by the bundler, so that the commonest question of all loads nothing else. */
declare const BUNDLED_VERSION: string;

const argv = process.argv.slice(2);

/** stdout is for data: what libraries say goes to stderr. */
function pointConsoleAtStderr(): void {
  const { console } = globalThis;
  for (const name of ['log', 'info', 'debug', 'dir'] as const)
    console[name] = (...words: unknown[]) => console.error(...words);
}

/**
 * Libraries ask for the home folder as they are loaded, and Node throws where there is none. An empty or relative `HOME` would scatter files
 * over the folders we are started in; a user without any gets a folder that cannot be made, so that what keeps nothing still runs.
 */
async function settleHome(): Promise<void> {
  const { env, platform } = process;
  if (platform === 'win32' || env.HOME?.startsWith('/')) return;
  try {
    env.HOME = (await import('node:os')).userInfo().homedir;
  } catch {
    env.HOME = '/nonexistent';
  }
}

async function start(): Promise<void> {
  await settleHome();
  const [{ leave, nodeHost }, { main }] = await Promise.all([import('./node-host.ts'), import('./main.ts')]);
  pointConsoleAtStderr();
  await leave(await main(argv, nodeHost()));
}

function printVersion(): void {
  try {
    writeSync(1, `${BUNDLED_VERSION}\n`);
  } catch {
    void start(); // a pipe that would block, a full disk: the long way knows what to do
  }
}

if (argv.length === 1 && /^(-v|-V|--version)$/.test(argv[0] ?? '')) printVersion();
else void start();
