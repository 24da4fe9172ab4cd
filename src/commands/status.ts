import * as z from 'zod/mini';
import type { Command, Style } from '../core/command.ts';
import type { RuntimeStatus, StatusReport } from '../operations/status/collect-status.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, StatusReport> = {
  input: Input,
  run: async (_, { services, report, signal }) =>
    (await import('../operations/status/collect-status.ts')).collectStatus(services, report, signal),
  view: (status, style) => {
    const session = status.session
      ? `session  ${style.bold(status.session.name)}  ${style.dim(status.session.id.slice(0, 8))}`
      : 'session  none; `lecoder-cgpu connect` makes one';
    const account = accountLine(status);
    const keeper = status.keepAlive
      ? [`kept alive  ${status.keepAlive.sessions.join(', ') || 'soon'}  ${style.dim(`pid ${status.keepAlive.pid}`)}`]
      : [];
    return [
      account,
      session,
      ...keeper,
      ...status.runtimes.flatMap(runtime => ['', ...runtimeLines(runtime, style)]),
    ].join('\n');
  },
};

function accountLine({ account, authenticated, sessions, usage }: StatusReport): string {
  const name = account?.id ?? (authenticated ? 'signed in to Google' : 'not signed in to Google');
  const left = usage ? [`${Number(usage.balance.toFixed(1))} units left`, `${usage.ratePerHour} an hour now`] : [];
  const rest = [...(sessions.tier ? [sessions.tier] : []), ...left];
  return `account  ${[name, ...rest].join(', ')}`;
}

function runtimeLines(runtime: RuntimeStatus, style: Style): string[] {
  const state = runtime.connected ? style.green('connected') : style.yellow('not connected');
  const kernel = runtime.kernel ? `${runtime.kernel.state} (${runtime.kernel.id.slice(0, 8)})` : 'not started';
  const gpus = runtime.gpus?.map(gpu =>
    `  gpu     ${gpu.name}  ${gpu.memory ? `${gpu.memory.used} of ${gpu.memory.total}` : ''}  ${gpu.utilization.gpu ?? ''}`.trimEnd(),
  );
  return [
    `${style.bold(runtime.label)}  ${runtime.provider}  ${state}`,
    `  kernel  ${kernel}`,
    ...(gpus ?? (runtime.accelerator ? [`  gpu     ${runtime.accelerator}`] : [])),
    ...(runtime.memory ? [`  memory  ${runtime.memory.used} of ${runtime.memory.total} used`] : []),
    ...(runtime.disk ? [`  disk    ${runtime.disk.free} of ${runtime.disk.total} free`] : []),
    ...(runtime.uptime ? [`  uptime  ${runtime.uptime}`] : []),
  ];
}
