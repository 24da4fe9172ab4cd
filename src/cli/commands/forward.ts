import type { CommandSpec } from '../spec.ts';

export const FORWARD: CommandSpec = {
  path: ['forward'],
  summary: 'Make ports of the runtime reachable on this machine',
  description:
    'Listens on 127.0.0.1 and carries each connection to the port of the runtime, until Ctrl-C. A local port that is ' +
    'busy is replaced by a free one, unless it was given before a colon.',
  words: [
    {
      name: 'ports',
      variadic: true,
      required: true,
      help: 'ports: `6006`, `8080:6006` (local, remote; 0 for any free one) or `8080:host:6006`',
    },
  ],
  options: [
    { flags: '--open', kind: 'flag', help: 'open a browser at the first port' },
    { flags: '--for <duration>', kind: 'duration', help: 'end after so long; 0 for not before Ctrl-C' },
  ],
  examples: [
    { line: 'lecoder-cgpu forward 6006 --open', what: 'TensorBoard, in the browser' },
    { line: 'lecoder-cgpu forward 8080:7860 0:8000', what: 'Gradio on port 8080, and a vLLM server on any free port' },
  ],
  load: async () => (await import('../../commands/forward.ts')).command,
};
