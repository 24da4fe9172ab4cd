import type { Report } from '../core/events.ts';
import type { Cell, Execution, KernelLink } from '../core/execution.ts';
import type { CellControl, CellExecutor } from '../core/services.ts';
import { CellRun } from './cell-run.ts';

/**
 * Runs one cell over an open link and says how it ended. Output goes to `report` as it happens. Aborting the signal
 * interrupts the cell and waits for it to end. Throws a `webSocketError` failure when the link is lost for good.
 */
export function cellExecutor(): CellExecutor {
  return (
    link: KernelLink,
    cell: Cell,
    control: CellControl,
    report: Report,
    signal: AbortSignal,
  ): Promise<Execution> => new CellRun({ link, cell, control, report, signal }).finish();
}
