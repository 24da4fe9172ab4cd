import { SHELLS } from '../../core/shells.ts';
import type { CommandSpec } from '../spec.ts';

export const COMPLETION: CommandSpec = {
  path: ['completion'],
  summary: 'Print a script that completes commands, options and names at Tab',
  description:
    'Commands, options, their values, names of sessions and profiles, notebooks, settings and paths are completed from what is on this machine; the network is never asked.',
  words: [{ name: 'shell', required: true, choices: SHELLS, help: 'a shell: bash, zsh, fish or powershell' }],
  examples: [
    { line: 'eval "$(lecoder-cgpu completion bash)"', what: 'in `~/.bashrc`; the same with zsh in `~/.zshrc`' },
    {
      line: 'lecoder-cgpu completion fish > ~/.config/fish/completions/lecoder-cgpu.fish',
      what: 'once, for fish',
    },
    { line: 'lecoder-cgpu completion powershell | Out-String | Invoke-Expression', what: 'in the PowerShell profile' },
  ],
  load: async () => (await import('../../commands/completion.ts')).command,
};
