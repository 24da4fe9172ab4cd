import type { CommandContext } from '../../core/command.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { TerminalKind, TerminalRoad } from '../../core/terminal.ts';
import { keptDoorway, reachServer, renewing } from '../sessions/reach-server.ts';
import { type RoadWish, remoteHalfRoad } from './remote-half-road.ts';
import { serverRoad } from './server-road.ts';
import type { ShellRoad } from './shell-road.ts';

export interface TerminalWish extends RoadWish {
  readonly road: TerminalRoad;
  /** Of a terminal of the Jupyter server that stays when we leave; null for none. */
  readonly terminalName: string | null;
}

/** Refuses what cannot be asked for together. Throws `usage`. */
export function checkRoad({ session, road, terminalName }: Omit<TerminalWish, 'startupCommand'>): void {
  if (road === 'colab' && session.provider !== 'colab')
    throw new Failure('usage', '`--terminal colab` is for machines of Colab', {
      hints: ['`--terminal jupyter` is a terminal of any Jupyter server'],
    });
  if (terminalName === null) return;
  if (road !== 'auto' && road !== 'jupyter')
    throw new Failure('usage', `\`--terminal-name\` and \`--terminal ${road}\` exclude each other`, {
      hints: ["terminals with names are the Jupyter server's: `--terminal jupyter`"],
    });
  if (!/^\w+$/.test(terminalName))
    throw new Failure('usage', 'the name of a terminal has letters, digits and `_` only');
}

/**
 * The way to the shell that was asked for, or the best there is: the remote half, and where that cannot be used a
 * terminal of the server. `instead` opens the other one, for a remote half that proves unable only later.
 */
export async function chooseRoad(
  wish: TerminalWish,
  context: CommandContext,
): Promise<{ readonly road: ShellRoad; readonly instead: ((why: Failure) => Promise<ShellRoad>) | null }> {
  checkRoad(wish);
  const { road, terminalName: name } = wish;
  if (road === 'remote-half') return { road: await remoteHalfRoad(wish, context), instead: null };
  if (name !== null) return { road: await serverRoad({ ...wish, kind: 'jupyter', name }, context), instead: null };
  if (road !== 'auto') return { road: await serverRoad({ ...wish, kind: road, name }, context), instead: null };
  const instead = (why: Failure) => anyServerRoad(wish, why, context);
  const obstacle = await knownObstacle(wish, context);
  if (obstacle !== null) return { road: await instead(obstacle), instead: null };
  try {
    const half = await remoteHalfRoad(wish, context);
    return half.shared ? { road: await ratherOwn(half, instead), instead: null } : { road: half, instead };
  } catch (error) {
    if (!cannotBeUsed(error)) throw error;
    return { road: await instead(error), instead: null };
  }
}

/** In a kernel that also runs the user's code the shell would stand still whenever a cell runs. */
async function ratherOwn(shared: ShellRoad, instead: (why: Failure) => Promise<ShellRoad>): Promise<ShellRoad> {
  try {
    const own = await instead(new Failure('runtimeUnavailable', 'the server starts no second kernel'));
    await shared.close();
    return own;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return shared;
  }
}

/** The kernel cannot hold the remote half, or the machine gives it no terminal. A connection that fails is no reason. */
export function cannotBeUsed(error: unknown): error is Failure {
  return isFailure(error, 'runtimeUnavailable', 'ioError', 'permissionDenied', 'fileNotFound');
}

/** What would only show by a shell that hangs or is no terminal: the system of the machine, the kernels' language. */
async function knownObstacle({ session }: TerminalWish, { services, signal }: CommandContext): Promise<Failure | null> {
  if (session.provider === 'local' && services.host.platform === 'win32')
    return new Failure('runtimeUnavailable', 'the remote half has no terminals on Windows', {
      retryable: false,
      hints: ['`lecoder-cgpu connect -m kernel` opens a Python prompt, with `!` before commands of the system'],
    });
  const name = services.settings.kernelName;
  if (name === null) return null;
  const doorway = keptDoorway(session, services) ?? (await reachServer(session, services, signal));
  const kernels = await services.kernels();
  const language = await renewing({ session, doorway }, services, signal, way => kernels.language(way, name, signal));
  if (language === null || language.toLowerCase() === 'python') return null;
  return new Failure('runtimeUnavailable', `the kernel \`${name}\` is not Python`);
}

/** Whichever terminal the server has. Throws the reason why there is no better one when it has none. */
async function anyServerRoad(wish: TerminalWish, why: Failure, context: CommandContext): Promise<ShellRoad> {
  const kinds: readonly TerminalKind[] = wish.session.provider === 'colab' ? ['jupyter', 'colab'] : ['jupyter'];
  for (const kind of kinds) {
    try {
      const road = await serverRoad({ ...wish, kind, name: null }, context);
      const text = `${why.message}: the shell is a terminal of the server, which tells no status`;
      await context.report({ type: 'note', text });
      return road;
    } catch (error) {
      if (!isFailure(error, 'runtimeUnavailable', 'invalidCredentials', 'webSocketError', 'forbidden')) throw error;
      context.services.log.write('info', 'runtime', 'the server gives none', { kind, reason: error.message });
    }
  }
  throw why;
}
