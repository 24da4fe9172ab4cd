// The site's pages by what a reader came to do. An entry is a page of docs/, a part of one, or a file of the repository.
export const PLAN = [
  { title: 'Start', entries: ['index.md', 'installing.md', 'sign-in.md', 'configuration.md', 'completion.md'] },
  { title: 'Run code', entries: ['run.md', 'runtimes.md', 'secrets.md'] },
  { title: 'Connect', entries: ['connect.md', 'forward.md'] },
  { title: 'Files', entries: ['files.md', 'sync.md'] },
  { title: 'Notebooks', entries: ['notebooks.md', 'notebook-run.md', 'notebook-export.md'] },
  {
    title: 'Sessions and money',
    entries: [
      'colab.md',
      'colab.md#choosing-a-machine',
      'colab.md#sessions-and-machines',
      'colab.md#what-it-costs',
      'configuration.md#profiles',
    ],
  },
  { title: 'Automate', entries: ['ci.md', 'agents.md', 'reference/json.md', 'emulator.md'] },
  {
    title: 'Trouble',
    entries: [
      'troubleshooting.md',
      'doctor.md',
      'proxies.md',
      'colab.md#what-a-refusal-means',
      'history-and-logs.md',
      'security.md',
      '../SECURITY.md',
    ],
  },
  {
    title: 'Reference',
    entries: [
      'reference/commands.md',
      'reference/exit-codes.md',
      'reference/errors.md',
      'reference/environment.md',
      'reference/files.md',
      '../CHANGELOG.md',
    ],
  },
  { title: 'Inside', entries: [] },
];

/** Where a page goes that nobody put anywhere: it is then about the program itself. */
export const REST = 'Inside';

/** Files of the repository that are pages of the site, and what they are called there. */
export const ROOT_PAGES = { 'SECURITY.md': 'reporting.html', 'CHANGELOG.md': 'changelog.html' };
