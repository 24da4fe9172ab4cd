import type { Host } from '../core/host.ts';
import type { GlobalFlags } from '../core/settings.ts';
import type { Printer } from './printer.ts';

export type Format = 'json' | 'json-lines' | null;

export interface PrinterChoice {
  readonly format: Format;
  /** Name of the command for the JSON object. */
  readonly command: string;
  readonly flags: Pick<GlobalFlags, 'color' | 'quiet'>;
}

/** The printer for a format; only its own modules are loaded. */
export async function makePrinter(host: Host, { format, command, flags }: PrinterChoice): Promise<Printer> {
  const { humanPrinter } = await import('./human-printer.ts');
  if (format === null) return humanPrinter(host, flags);
  const { Envelope } = await import('./envelope.ts');
  const envelope = new Envelope(host, command);
  if (format === 'json-lines') return new (await import('./json-lines-printer.ts')).JsonLinesPrinter(host, envelope);
  return new (await import('./json-printer.ts')).JsonPrinter(host, envelope, await humanPrinter(host, flags));
}
