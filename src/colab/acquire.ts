import type { Report } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import type { MachineChoice, Runtime, RuntimeWish } from '../core/runtime.ts';
import { durationText } from '../util/time.ts';
import { askFor, type Given } from './assign.ts';
import { type Refusal, refusalFailure } from './assign-failures.ts';
import { choiceOf, choicesOf, choiceText, fits, shortfall } from './choices.ts';
import { runtimeOf } from './machines.ts';
import { accountOf, type Colab, keepWayIn } from './parts.ts';
import { plan } from './plan.ts';
import { recover } from './recover.ts';
import { release } from './release.ts';
import { notebookHash } from './wire/notebook-hash.ts';

/** Milliseconds between rounds of waiting for capacity: polite, and never longer than a minute. */
const FIRST_PAUSE = 3000;
const LONGEST_PAUSE = 60_000;
const STEP = 'colab-machine';

/** A machine by the wish: one made here before that still lives, or a new one. */
export async function acquire(colab: Colab, wish: RuntimeWish, report: Report, signal: AbortSignal) {
  signal.throwIfAborted();
  await requireLogin(colab);
  await recover(colab, signal, wish);
  const choices = await choicesOf(wish, colab.defaultGpu, () => plan(colab.client, signal));
  const account = await accountOf(colab);
  const former = wish.fresh
    ? undefined
    : colab.intents.machines().find(machine => mayBeOf(account, machine.account) && fits(wish, machine.choice));
  const nbh = former?.key ?? notebookHash(colab.host.uuid());
  const given = await obtain(colab, { wish, choices, nbh }, report, signal);
  return settle(colab, { wish, choices, nbh, given }, report, signal);
}

interface Order {
  readonly wish: RuntimeWish;
  readonly choices: readonly MachineChoice[];
  readonly nbh: string;
}

/** Goes through the choices, and again while there is time, until one is given. All under one key. */
async function obtain(
  colab: Colab,
  { wish, choices, nbh }: Order,
  report: Report,
  signal: AbortSignal,
): Promise<Given> {
  const { host } = colab;
  const deadline = host.monotonic() + wish.waitFor;
  const names = choices.map(choiceText).join(', ');
  await report({ type: 'step', id: STEP, text: `Asking Colab for a machine (${names})`, done: false });
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.7, LONGEST_PAUSE)) {
    const refusals: Refusal[] = [];
    for (const choice of choices) {
      const answer = await askFor(colab, { nbh, choice }, signal);
      if ('machine' in answer) return answer;
      refusals.push(answer);
      if (answer.why !== 'no-capacity' && answer.why !== 'not-permitted') break;
    }
    const left = deadline - host.monotonic();
    const hopeful = refusals.length === choices.length && refusals.some(({ why }) => why === 'no-capacity');
    if (!hopeful || left <= 0) throw await refusalFailure(colab, refusals, wish.waitFor > 0);
    const rest = Math.min(pause * (0.75 + Math.random() / 2), left);
    const text = `No ${names} free at Colab: asking again in ${durationText(rest)}, for another ${durationText(left)} at most`;
    await report({ type: 'step', id: STEP, text, done: false });
    await host.sleep(rest, signal);
  }
}

/** Checks what was given against what was asked, notes it, or gives it back at once. */
async function settle(
  colab: Colab,
  { wish, choices, nbh, given }: Order & { readonly given: Given },
  report: Report,
  signal: AbortSignal,
): Promise<{ runtime: Runtime; fresh: boolean }> {
  const { machine, made, publicly } = given;
  const account = await accountOf(colab);
  const known = colab.intents.machines().find(({ id }) => id === machine.endpoint);
  const at = known?.at ?? colab.host.now().toISOString();
  await colab.intents.made({
    id: machine.endpoint,
    key: publicly?.key ?? nbh,
    choice: choiceOf(machine),
    account,
    at,
    ...by(publicly?.runtimeId ?? known?.runtimeId),
  });
  colab.machines.changed();
  const lacks = wanted(wish) || made ? shortfall(wish, choices, machine) : null;
  if (signal.aborted && made) await giveBack(colab, machine.endpoint);
  signal.throwIfAborted();
  if (lacks !== null && wish.strict) {
    if (made) await giveBack(colab, machine.endpoint);
    throw new Failure('runtimeUnavailable', `${lacks}${made ? '; it was given back at once' : ''}`, {
      retryable: false,
      hints: [
        'leave out `--strict` to take what there is, or ask for another model',
        '`--new-runtime` asks for another machine',
      ],
    });
  }
  await keepWayIn(colab, machine);
  const name = `${choiceText({ ...choiceOf(machine), highMemory: false })}, ${machine.endpoint}`;
  await report({
    type: 'step',
    id: STEP,
    text: `${made ? 'Got a machine from' : 'Using the machine at'} Colab (${name})`,
    done: true,
  });
  if (lacks !== null) await report({ type: 'warning', text: lacks, hint: '`--strict` refuses any other machine' });
  return { runtime: runtimeOf(machine, colab.intents), fresh: made };
}

/** Whose a token is may not be known yet; a key of another account's finds nothing, which costs nothing. */
function mayBeOf(account: string | null, other: string | null): boolean {
  return account === null || other === null || account === other;
}

function by(runtimeId: string | undefined): { runtimeId?: string } {
  return runtimeId === undefined ? {} : { runtimeId };
}

function wanted({ variant, accelerators, highMemory }: RuntimeWish): boolean {
  return variant !== null || accelerators.length > 0 || highMemory;
}

/** Nobody will use the machine; when it cannot be given back now, the note stays for the next command. */
async function giveBack(colab: Colab, endpoint: string): Promise<void> {
  try {
    await release(colab, endpoint, AbortSignal.timeout(30_000));
  } catch (error) {
    const text = `machine ${endpoint} could not be given back (${error instanceof Error ? error.message : 'no answer'})`;
    await colab.report({ type: 'warning', text, hint: `\`lecoder-cgpu sessions close ${endpoint}\` frees it` });
  }
}

async function requireLogin({ identity }: Colab): Promise<void> {
  if ((await identity()).login() !== null) return;
  throw new Failure('notAuthenticated', 'no Google account on this machine', {
    hints: [
      '`lecoder-cgpu auth login` signs in; in a CI job set `LECODER_REFRESH_TOKEN`',
      'or add `--runtime local`, which needs no account, or `--runtime jupyter --server <url>`',
    ],
    suggestion: 'sign in with `lecoder-cgpu auth login`, or add `--runtime local`, which needs no account',
  });
}
