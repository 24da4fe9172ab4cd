/** An environment variable that the product reads; each is described here once, for the reference pages. */
export interface Variable {
  readonly name: string;
  /** Other names, read when the first is not set. */
  readonly aliases?: readonly string[];
  readonly help: string;
  readonly example?: string;
}

export const VARIABLES: readonly Variable[] = [
  {
    name: 'LECODER_CONFIG_DIR',
    aliases: ['LECODER_CGPU_CONFIG_DIR'],
    help: 'Folder of settings and state',
    example: '~/.config/lecoder-cgpu',
  },
  {
    name: 'LECODER_PROFILE',
    help: 'Profile to use when `--profile` does not say: its own login, settings and sessions',
    example: 'work',
  },
  {
    name: 'LECODER_RUNTIME',
    help: 'Where code runs when `--runtime` does not say: `colab`, `jupyter` or `local`',
    example: 'local',
  },
  {
    name: 'LECODER_SESSION',
    help: 'Session to use when `--session` does not say: id, name or unique prefix',
    example: 'training',
  },
  {
    name: 'LECODER_TIMEOUT',
    help: 'Seconds a run may take when `--timeout` does not say; 0 for no limit',
    example: '300',
  },
  {
    name: 'LECODER_LOG_LEVEL',
    help: 'How much the debug log keeps: `error`, `warn`, `info` or `debug`',
    example: 'debug',
  },
  {
    name: 'LECODER_CGPU_DEBUG',
    help: 'Any value keeps everything in the debug log and shows it on stderr',
    example: '1',
  },
  {
    name: 'JUPYTER_SERVER_URL',
    help: 'Address of the server for the `jupyter` runtime, with its path prefix',
    example: 'https://hub.example.org/user/me/',
  },
  { name: 'JUPYTER_TOKEN', help: 'Its token' },
  {
    name: 'LECODER_REFRESH_TOKEN',
    help: 'A Google login without files, for CI; wins over a stored one and is never written to disk',
    example: '1//0abc…',
  },
  { name: 'LECODER_CLIENT_ID', aliases: ['GOOGLE_CLIENT_ID'], help: 'OAuth client id when `config.json` has none' },
  {
    name: 'LECODER_CLIENT_SECRET',
    aliases: ['GOOGLE_CLIENT_SECRET'],
    help: 'OAuth client secret when `config.json` has none; also the key that seals `tokens.json`',
  },
  {
    name: 'LECODER_EMULATOR',
    help: 'Loopback address of an emulator that stands in for Google; stored Google credentials are never sent there',
    example: 'http://127.0.0.1:8899',
  },
  {
    name: 'GOOGLE_APPLICATION_CREDENTIALS',
    help: "File of gcloud's application default credentials, where it is not in gcloud's folder; for `auth login --adc`",
  },
  { name: 'CLOUDSDK_CONFIG', help: "gcloud's folder, where `~/.config/gcloud` is not it" },
  { name: 'BROWSER', help: 'Program that opens web pages, on Linux and macOS', example: 'firefox' },
  {
    name: 'DISPLAY',
    aliases: ['WAYLAND_DISPLAY'],
    help: 'Set where Linux has a desktop: only there `xdg-open` is tried',
  },
  {
    name: 'LECODER_NO_UPDATE_NOTICE',
    help: 'Any value: newer versions are neither spoken of nor asked for in the background',
    example: '1',
  },
  { name: 'CI', help: 'Set by CI services: as the one above' },
  {
    name: 'LECODER_RELEASES_URL',
    help: 'Where `upgrade` and the install scripts find releases, for a mirror; `https` only',
    example: 'https://mirror.example.org/lecoder-cgpu/releases',
  },
  {
    name: 'LECODER_NPM_REGISTRY',
    aliases: ['npm_config_registry'],
    help: 'Registry that `upgrade` asks where npm, or one like it, installed this program',
  },
  { name: 'NO_COLOR', help: 'Any value turns colour off', example: '1' },
  { name: 'FORCE_COLOR', help: 'Colour also in pipes; `0` turns it off', example: '1' },
  { name: 'TERM', help: '`dumb` turns colour off' },
  { name: 'COLORTERM', help: 'Passed on to the shell that `connect` opens, as is `TERM`' },
  {
    name: 'TERM_PROGRAM',
    aliases: ['KITTY_WINDOW_ID'],
    help: 'Tell which terminal this is: kitty, Ghostty, iTerm2 and WezTerm draw images at the prompt of `connect -m kernel`',
  },
  {
    name: 'TMUX',
    help: 'Set inside tmux, which draws images only when it says so itself (sixel): else they are saved to files there',
  },
  {
    name: 'HTTPS_PROXY',
    aliases: ['https_proxy'],
    help: 'Proxy for `https` and `wss` addresses',
    example: 'http://proxy.example.org:3128',
  },
  { name: 'HTTP_PROXY', aliases: ['http_proxy'], help: 'Proxy for `http` and `ws` addresses' },
  { name: 'ALL_PROXY', aliases: ['all_proxy'], help: 'Proxy for both, where the two above are not set' },
  {
    name: 'NO_PROXY',
    aliases: ['no_proxy'],
    help: 'Hosts and domains, between commas, that need no proxy; `*` for all',
    example: 'localhost,.example.org',
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    help: 'File with more certificates to trust; read by Node itself. On Node 20 it costs some 30 ms a start',
  },
  {
    name: 'SSL_CERT_FILE',
    help: 'File with the certificates that the system trusts, where OpenSSL would not find it. Node 22.19 and newer, and the binaries',
  },
  { name: 'SSL_CERT_DIR', help: 'Folder of such files' },
  {
    name: 'LANG',
    aliases: ['LC_ALL', 'LC_CTYPE'],
    help: 'The locale; `doctor` says where it is not UTF-8',
    example: 'C.UTF-8',
  },
  {
    name: 'HOME',
    help: 'Your home on Linux and macOS; where it is empty or relative, that of the user database counts',
  },
  {
    name: 'XDG_CONFIG_HOME',
    help: 'Folder of settings on Linux and macOS, where `~/.config` is not it; a relative one is ignored',
  },
  {
    name: 'XDG_DATA_HOME',
    help: 'Folder of the private Python environment on Linux, where `~/.local/share` is not it',
  },
  { name: 'APPDATA', help: 'Folder of settings on Windows' },
  { name: 'LOCALAPPDATA', help: 'Folder of the private Python environment on Windows' },
  {
    name: 'VIRTUAL_ENV',
    aliases: ['CONDA_PREFIX'],
    help: 'The active Python environment: the `local` runtime uses it when it has a Jupyter server',
  },
  { name: 'JUPYTER_PATH', help: 'More folders in which the `local` server looks for kernels' },
  { name: 'PATH', help: 'Where the `local` runtime looks for Python and uv' },
];
