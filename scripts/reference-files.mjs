// What is kept where, for docs/reference/files.md.
export const FILES = [
  {
    title: 'The config folder',
    intro:
      '`LECODER_CONFIG_DIR` names it. Otherwise it is `~/.config/lecoder-cgpu` on Linux and macOS (`XDG_CONFIG_HOME` obeyed; an existing `~/Library/Preferences/lecoder-cgpu` is still found on macOS) and `%APPDATA%\\lecoder-cgpu` on Windows. `--config <file>` names another `config.json`, and everything else is then beside it.',
    head: ['File', 'Holds'],
    rows: [
      ['`config.json`', 'your settings, see below; written only by a sign-in that asked for the OAuth client'],
      ['`tokens.json`', 'access tokens and ways in to runtimes, sealed with AES-256-GCM: a cache, safe to delete'],
      [
        '`state/session.json`',
        'the Google login: `id`, `refreshToken` (sealed), `scopes`, `account`; useless without `config.json`',
      ],
      ['`state/sessions.json`', 'sessions, and which one is active; no secret'],
      ['`state/sync/`', 'what folders held when they were last synced: names, sizes, times and hashes; safe to delete'],
      ['`state/history.jsonl`', 'past runs, one JSON object a line, at most `maxHistorySize`'],
      [
        '`state/repl-history`',
        'cells typed at the prompt of `connect -m kernel`, one JSON string a line, at most 1,000 or `maxHistorySize`',
      ],
      ['`state/logs/`', 'the debug log, a file a day, kept for a week; secrets are masked'],
      ['`state/key`', 'random key that seals, where there is no client secret'],
      ['`state/*.lock`', 'locks between processes; one whose owner is gone is taken over'],
      ['`state/local/`', 'the `local` runtime: address, token and log of its server'],
    ],
  },
  {
    title: 'The data folder',
    intro:
      'What can be made again: `~/.local/share/lecoder-cgpu` on Linux (`XDG_DATA_HOME` obeyed), `~/Library/Application Support/lecoder-cgpu` on macOS, `%LOCALAPPDATA%\\lecoder-cgpu\\Data` on Windows.',
    head: ['Folder', 'Holds'],
    rows: [
      [
        '`local/venv/`',
        'the private Python environment of the `local` runtime, made once when no Python here has a Jupyter server',
      ],
    ],
  },
  {
    title: 'config.json',
    intro: 'A JSON object; every key may be left out.',
    head: ['Key', 'Default', 'Meaning'],
    rows: [
      ['`defaultRuntime`', '`"colab"`', 'where code runs: `colab`, `jupyter` or `local`'],
      ['`defaultTimeout`', '`300`', 'seconds a run may take; 0 for no limit'],
      ['`defaultGpu`', '`"T4"`', 'accelerator to ask for'],
      ['`maxHistorySize`', '`1000`', 'past runs kept; 0 keeps none'],
      ['`autoReconnect`', '`true`', 'mend a lost connection during a run'],
      ['`propagateExitCode`', '`false`', 'end `run` with the remote status'],
      ['`verboseLogging`', '`false`', 'keep everything in the debug log'],
      ['`kernelName`', "the server's own", 'kernel to start, as the server names it'],
      [
        '`jupyterServerUrl`',
        '',
        'address of the server for the `jupyter` runtime; its token belongs into `JUPYTER_TOKEN`',
      ],
      ['`localIdleTimeout`', '`3600`', 'seconds without use after which the `local` server stops; 0 for never'],
      ['`localPython`', '', 'Python for the `local` runtime, instead of looking for one'],
      ['`clientId`, `clientSecret`', '', 'OAuth client for Google; the secret also seals `tokens.json` and the login'],
    ],
  },
];
