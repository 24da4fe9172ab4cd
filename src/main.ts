import { type Invocation, jsonWanted, readCommandLine } from './cli/command-line.ts';
import { Failure } from './core/failure.ts';
import type { Host } from './core/host.ts';

const PROGRAM = 'lecoder-cgpu';

/**
 * Runs one command line and returns the exit code. Never throws: this is the only catch that ends things. With
 * `--json` exactly one object is written to stdout, whatever happens.
 */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  if (argv[0] === 'complete' && argv[2]?.startsWith('=')) return showCompletion(argv.slice(1), host);
  let invocation: Invocation;
  try {
    invocation = await readCommandLine(argv);
  } catch (error) {
    return (await import('./cli/refuse.ts')).refuse(error, argv, host);
  }
  switch (invocation.kind) {
    case 'command':
      return runChosen(invocation, host);
    case 'help':
      return showHelp(invocation, host);
    case 'topic':
      return showTopic(invocation, host);
    case 'version':
      return showVersion(invocation, host);
    case 'incomplete':
      return refuseNoun(invocation, argv, host);
  }
}

async function runChosen(invocation: Extract<Invocation, { kind: 'command' }>, host: Host): Promise<number> {
  const [{ runCommand }, { buildServices }] = await Promise.all([import('./cli/run-command.ts'), import('./app.ts')]);
  const exit = await runCommand(invocation, host, buildServices);
  if (host.stderr.isTerminal && invocation.spec.path[0] !== 'upgrade')
    await (await import('./update-notice.ts')).updateNotice(host, invocation.flags);
  return exit;
}

async function showHelp({ place, json, color }: Extract<Invocation, { kind: 'help' }>, host: Host): Promise<number> {
  const [{ helpPage }, { plainStyle, styleFor }] = await Promise.all([
    import('./cli/help.ts'),
    import('./ui/style.ts'),
  ]);
  if (json) return printData('help', { help: helpPage(place, plainStyle(100)) }, host);
  host.stdout.write(`${helpPage(place, await styleFor(host.stdout, host.env, color))}\n`);
  return 0;
}

async function showTopic({ topic, json, color }: Extract<Invocation, { kind: 'topic' }>, host: Host): Promise<number> {
  const [{ topicText }, { plainStyle, styleFor }, page] = await Promise.all([
    import('./cli/help-topic.ts'),
    import('./ui/style.ts'),
    topic.page(),
  ]);
  if (json) return printData('help', { help: topicText(page, plainStyle(100)) }, host);
  host.stdout.write(`${topicText(page, await styleFor(host.stdout, host.env, color))}\n`);
  return 0;
}

async function showVersion({ json }: Extract<Invocation, { kind: 'version' }>, host: Host): Promise<number> {
  const { VERSION } = await import('./version.ts');
  if (json) return printData('version', { version: VERSION }, host);
  host.stdout.write(`${VERSION}\n`);
  return 0;
}

/** What the completion scripts of shells ask at each Tab: hidden, quick, and silent when it does not know. */
async function showCompletion(words: readonly string[], host: Host): Promise<number> {
  const [{ completionReply }, { knownNames }] = await Promise.all([
    import('./cli/complete-reply.ts'),
    import('./known-names.ts'),
  ]);
  const reply = await completionReply(words, knownNames(host)).catch(() => null);
  if (reply !== null) host.stdout.write(`${reply}\n`);
  return 0;
}

async function printData(command: string, data: object, host: Host): Promise<number> {
  const [{ Envelope }, { writeLine }] = await Promise.all([import('./ui/envelope.ts'), import('./ui/json-printer.ts')]);
  await writeLine(host, new Envelope(host, command).answer(data, { payload: 'data' }));
  return 0;
}

/** A noun without a verb: its help on stderr, so that a script that reads stdout gets nothing it did not ask for. */
async function refuseNoun(
  { place, color }: Extract<Invocation, { kind: 'incomplete' }>,
  argv: readonly string[],
  host: Host,
): Promise<number> {
  const name = [PROGRAM, ...place.path].join(' ');
  if (jsonWanted(argv) !== null) {
    const { refuse } = await import('./cli/refuse.ts');
    const verbs = place.children.map(verb => `\`${verb}\``).join(', ');
    return refuse(
      new Failure('usage', `\`${name}\` needs one of ${verbs}`, { hints: [`see \`${name} --help\``] }),
      argv,
      host,
    );
  }
  const [{ helpPage }, { styleFor }] = await Promise.all([import('./cli/help.ts'), import('./ui/style.ts')]);
  host.stderr.write(`${helpPage(place, await styleFor(host.stderr, host.env, color))}\n`);
  return 2;
}
