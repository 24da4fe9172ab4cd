import type { Command } from '../../core/command.ts';
import { asWords, readWish, StartInput, type StartOptions } from './options.ts';

interface Started {
  readonly origin: string;
  readonly pid: number;
  readonly account: string;
  readonly fresh: boolean;
  /** False when it has run here, and has ended by now. */
  readonly running: boolean;
}

export const command: Command<StartOptions, Started> = {
  input: StartInput,
  run: async (input, { services, report, signal }) => {
    const wish = readWish(input);
    if (input.foreground === true) {
      const { serveEmulator } = await import('../../operations/emulator/emulator-serve.ts');
      const { origin, pid, account } = await serveEmulator(wish, services, report, signal);
      return { origin, pid, account, fresh: true, running: false };
    }
    const { checked } = await import('../../operations/emulator/emulator-serve.ts');
    await checked(wish, services);
    const { startEmulator } = await import('../../operations/emulator/emulator-start.ts');
    const python = wish.python ?? (await services.python(report, signal));
    const { record, fresh } = await startEmulator(asWords({ ...input, python }), services, report, signal);
    return { origin: record.origin, pid: record.pid, account: record.account, fresh, running: true };
  },
  view: ({ origin, account, running }, style) =>
    running
      ? [
          `The emulator runs at ${style.bold(origin)} with the account ${account}.`,
          'To use it in this shell: `eval "$(lecoder-cgpu emulator env)"`',
        ].join('\n')
      : '',
  payload: 'data',
};
