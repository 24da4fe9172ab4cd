// What is kept where, for docs/reference/files.md.
export const FILES = [
  {
    title: 'The config folder',
    intro:
      '`LECODER_CONFIG_DIR` names it. Otherwise it is `~/.config/lecoder-cgpu` on Linux and macOS (`XDG_CONFIG_HOME` obeyed; an existing `~/Library/Preferences/lecoder-cgpu` is still found on macOS) and `%APPDATA%\\lecoder-cgpu` on Windows. `--config <file>` names another `config.json`, and everything else is then beside it.',
    head: ['File', 'Holds'],
    rows: [
      [
        '`config.json`',
        'your settings, see below; written by `config set`, and by a sign-in that asked for the OAuth client',
      ],
      ['`tokens.json`', 'access tokens and ways in to runtimes, sealed with AES-256-GCM: a cache, safe to delete'],
      [
        '`state/session.json`',
        'the Google login: `id`, `refreshToken` (sealed), `scopes`, `account`; useless without `config.json`',
      ],
      ['`state/sessions.json`', 'sessions, and which one is active; no secret'],
      [
        '`state/notebooks.json`',
        'ids and names of notebooks in Drive as they were last seen, for completion; safe to delete',
      ],
      ['`state/sync/`', 'what folders held when they were last synced: names, sizes, times and hashes; safe to delete'],
      ['`state/history.jsonl`', 'past runs, one JSON object a line, at most `maxHistorySize`'],
      [
        '`state/repl-history`',
        'cells typed at the prompt of `connect -m kernel`, one JSON string a line, at most 1,000 or `maxHistorySize`',
      ],
      ['`state/logs/`', 'the debug log, a file a day, kept for a week; secrets are masked'],
      ['`state/update.json`', 'when somebody last asked for a newer version, and which one there is; safe to delete'],
      ['`state/key`', 'random key that seals, where there is no client secret'],
      ['`state/*.lock`', 'locks between processes; one whose owner is gone is taken over'],
      [
        '`profiles/<name>/`',
        'the same files again for `--profile <name>`; `profiles/emulator/` is for `LECODER_EMULATOR`',
      ],
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
];

/** The keys of `config.json`, from the table that the program checks them by. */
export function settingsSection(SETTINGS) {
  const rows = Object.entries(SETTINGS).map(
    ([key, { default: value, assumed, defaultText, flag, variables, fallbacks, help }]) => [
      `\`${key}\``,
      defaultText ??
        ((value ?? assumed) === undefined || (value ?? assumed) === null
          ? ''
          : `\`${JSON.stringify(value ?? assumed)}\``),
      [...(flag ? [`--${flag}`] : []), ...(variables ?? [])].map(name => `\`${name}\``).join(', '),
      fallbacks ? `${help}; where the file has none: ${fallbacks.map(name => `\`${name}\``).join(' or ')}` : help,
    ],
  );
  return {
    title: 'config.json',
    intro: 'A JSON object; every key may be left out. `lecoder-cgpu config` shows and changes it.',
    head: ['Key', 'Default', 'Wins over it', 'Meaning'],
    rows,
  };
}
