import type { Style } from '../../core/command.ts';
import type { KernelReport } from '../../operations/sessions/control-kernel.ts';

/** One line about a kernel for people. */
export function kernelLine(kernel: KernelReport, style: Style): string {
  const id = kernel.id === null ? 'no kernel yet' : `${kernel.name ?? 'kernel'} ${kernel.id.slice(0, 8)}`;
  const since = kernel.lastActivity === null ? '' : style.dim(`  last active ${kernel.lastActivity}`);
  return `${style.bold(kernel.session)}  ${id}  ${kernel.state}${since}`;
}
