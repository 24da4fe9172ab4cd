import { describe, expect, test } from 'vitest';
import { Accounts } from '../../../src/emulator/accounts.ts';
import { Clock } from '../../../src/emulator/clock.ts';
import { Drive } from '../../../src/emulator/drive/files.ts';
import { BadQuery, readQuery } from '../../../src/emulator/drive/query.ts';

const clock = new Clock();
const owner = new Accounts(clock).add({ email: 'ada@example.com' });
const drive = new Drive(clock);
const notebook = drive.create(owner, { name: "Ada's engine.ipynb", mimeType: 'application/x-ipynb+json' });
const made = drive.create(owner, { name: 'web', mimeType: 'application/vnd.google.colaboratory', parents: ['folder'] });
const gone = drive.create(owner, { name: 'gone.IPYNB', mimeType: 'text/plain' });
gone.trashed = true;
const all = [notebook, made, gone];

test.each([
  ['', all],
  ['trashed=false', [notebook, made]],
  ["name contains '.ipynb'", [notebook, gone]],
  ["trashed=false and (mimeType='application/x-ipynb+json' or name contains '.ipynb')", [notebook]],
  ["mimeType = 'application/vnd.google.colaboratory' or trashed = true", [made, gone]],
  ["'folder' in parents", [made]],
  ["not 'folder' in parents and trashed != true", [notebook]],
  ["name = 'Ada\\'s engine.ipynb'", [notebook]],
  ["modifiedTime > '2000-01-01T00:00:00'", all],
  ["createdTime < '2000-01-01T00:00:00'", []],
])('%s', (query, files) => {
  expect(all.filter(readQuery(query))).toEqual(files);
});

describe('a query that Drive would refuse is refused', () => {
  test.each([
    'name',
    'name = ',
    "color = 'red'",
    "name like 'x'",
    "(name = 'x'",
    "name = 'x' name = 'y'",
    "'x' in owners",
  ])('%s', query => {
    expect(() => readQuery(query)).toThrow(BadQuery);
  });
});
