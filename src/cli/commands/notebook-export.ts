import type { CommandSpec } from '../spec.ts';

export const NOTEBOOK_EXPORT: CommandSpec = {
  path: ['notebook', 'export'],
  summary: 'Turn notebooks into pages or scripts, without running them',
  description:
    '`html` and `pdf` are made by nbconvert: one on this machine, else the one of the runtime in use. `md` and `py` need ' +
    'neither. Images of a Markdown page become files beside it.',
  words: [{ name: 'file', required: true, variadic: true, help: 'local notebooks' }],
  options: [
    { flags: '--to <formats>', kind: 'list', defaultText: 'html', help: 'html, md, py, pdf; several between commas' },
    { flags: '--output-dir <folder>', kind: 'text', help: 'put them here instead of beside each notebook' },
    { flags: '-f, --force', kind: 'flag', help: 'replace files that are there' },
  ],
  examples: [
    {
      line: 'lecoder-cgpu notebook export report.out.ipynb --to html,md',
      what: 'a page for a browser and one for GitHub',
    },
    { line: 'lecoder-cgpu notebook export *.ipynb --to py --output-dir scripts', what: 'the code alone' },
  ],
  load: async () => (await import('../../commands/notebook/export.ts')).command,
};
