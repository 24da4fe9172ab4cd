import type { KernelLink, KernelMessage } from '../../core/execution.ts';

export interface Watcher {
  /** A cell has been asked for, under that id; asked for again when the first request was lost. */
  onCell(request: string): void;
  onMessage(message: KernelMessage): void;
}

/** The link as it is, watched: what the kernel says is told before anybody else hears it. */
export function watched(link: KernelLink, watcher: Watcher): KernelLink {
  link.onMessage(message => watcher.onMessage(message));
  return {
    kernelId: link.kernelId,
    session: link.session,
    send(message) {
      const id = link.send(message);
      if (message.type === 'execute_request' && message.content.silent === false) watcher.onCell(id);
      return id;
    },
    onMessage: listener => link.onMessage(listener),
    onState: listener => link.onState(listener),
    holdUntil: promise => link.holdUntil(promise),
    close: () => link.close(),
  };
}
