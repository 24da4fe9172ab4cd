// docs/troubleshooting.md: what the catalogue of failures says, with causes and commands that people wrote.
import { CODE } from './trouble/code.mjs';
import { CONNECTION } from './trouble/connection.mjs';
import { FILES } from './trouble/files.mjs';
import { REQUESTS } from './trouble/requests.mjs';
import { SIGN_IN } from './trouble/sign-in.mjs';

/** By code: `{ means, causes: [{ says?, why, fix }], type }`. A test checks that no code is left out and no message invented. */
export const TROUBLE = { ...SIGN_IN, ...CONNECTION, ...CODE, ...FILES, ...REQUESTS };

const PARTS = [
  { from: 1000, title: 'Signing in' },
  { from: 1100, title: 'Connections and machines' },
  { from: 1200, title: 'Your code' },
  { from: 1300, title: 'Files' },
  { from: 1400, title: 'Requests' },
];

const INTRO = `# Troubleshooting

<!-- Written by \`node scripts/reference.mjs\` from \`src/core/failure.ts\` and \`scripts/reference/trouble/\`. -->

Three commands say most of what can be known:

\`\`\`sh no-run: answers to a failure
lecoder-cgpu doctor                            # each hop from here to the code by itself, with the fix
lecoder-cgpu logs --status error -n 3          # what failed lately
lecoder-cgpu debug show -l warn                # what the program noted meanwhile
\`\`\`

Every failure has a code. \`--json\` prints it as \`error.code\`, with \`retryable\`, which says whether the same call may
succeed later; \`lecoder-cgpu help errors\` lists them all, and [exit codes](reference/exit-codes.md) narrow it down. If you
have the message only, look for its words on this page.`;

/** The page's text. */
export function troublePage({ FAILURES }) {
  const codes = byCode(FAILURES);
  const parts = PARTS.flatMap(({ from, title }, index) => {
    const below = PARTS[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const own = codes.filter(({ code }) => code >= from && code < below);
    return [`## ${title}`, ...own.map(section)];
  });
  return `${[INTRO, `## All codes\n\n${overview(codes)}`, ...parts].join('\n\n')}\n`;
}

function byCode(FAILURES) {
  return Object.values(FAILURES)
    .filter(({ code }, index, all) => all.findIndex(each => each.code === code) === index)
    .sort((a, b) => a.code - b.code);
}

function overview(codes) {
  const rows = codes.map(
    spec => `| [${spec.code}](#${anchor(spec)}) | ${spec.title} | ${spec.exit} | ${again(spec)} | ${spec.recovery} |`,
  );
  return ['| Code | Name | Exit | Again? | In short |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

const again = ({ retryable }) => (retryable ? 'yes' : 'no');
const anchor = ({ code, title }) =>
  `${code}-${title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')}`;

function section(spec) {
  const { means, causes, type } = TROUBLE[spec.code] ?? { means: '', causes: [], type: [] };
  const rows = causes.map(({ says, why, fix }) => `| ${cell(says ? `“${says}”` : '')} | ${cell(why)} | ${cell(fix)} |`);
  return [
    `### ${spec.code} ${spec.title}`,
    `${means} Exit code ${spec.exit}; trying again ${spec.retryable ? 'may help' : 'changes nothing'}.`,
    ['| It says | Because | So |', '| --- | --- | --- |', ...rows].join('\n'),
    `\`\`\`sh no-run: answers to a failure\n${type.join('\n')}\n\`\`\``,
  ].join('\n\n');
}

const cell = text => text.replaceAll('|', '\\|');
