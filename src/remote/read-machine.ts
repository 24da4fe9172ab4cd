import type { Readings } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import type { Conversation } from './conversation.ts';
import type { Exchange } from './exchange.ts';

export interface CallSettings {
  readonly exchange: Exchange;
  readonly silence: number | null;
}

/** Measures the machine. Rejects with the signal's reason, with `webSocketError`, or with `kernelDied`. */
export function readMachine({ exchange, silence }: CallSettings, signal: AbortSignal): Promise<Readings> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let conversation: Conversation | null = null;
    const stop = () => {
      conversation?.end();
      reject(signal.reason);
    };
    const done = () => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop, { once: true });
    conversation = exchange.begin(
      { call: 'readings', arguments: {}, silence },
      {
        take: ({ fields }) => {
          done();
          conversation?.end();
          if (fields.readings) resolve(fields.readings as Readings);
          else reject(new Failure('unknown', 'the remote half could not measure the machine'));
        },
        lost: failure => {
          done();
          reject(failure === 'died' ? new Failure('kernelDied', 'the kernel of the remote half died') : failure);
        },
      },
    );
  });
}
