import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { OBJECTS } from '../../src/core/contract/objects.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { runProgram } from '../support/run-program.ts';
import { until } from '../support/until.ts';

let colab: ColabCli;
beforeAll(async () => {
  colab = await colabCli({ settings: { prestart: false } });
});
afterAll(() => colab?.close(), 60_000);
afterEach(async () => {
  const { drive, accounts } = colab.emulator.world;
  for (const account of accounts.all) for (const file of drive.of(account, true)) drive.remove(file);
  await colab.emulator.control('settings', { drivePage: null, driveApi: null });
  colab.forget();
});

/** The object of a command of `notebook`, which has to have its documented shape. */
async function notebook(verb: string, ...args: string[]) {
  const json = await colab.json(['notebook', verb, ...args, '--json']);
  const shape = json.success ? OBJECTS[`notebook ${verb}`] : OBJECTS.error;
  expect(shape?.safeParse(json)).toMatchObject({ success: true });
  return json;
}

const file = (id: string) => {
  const { drive, accounts } = colab.emulator.world;
  const account = accounts.all[0];
  return account === undefined ? null : drive.find(account, id, true);
};

test('a life in Drive: made, listed, fetched, changed, deleted', async () => {
  const name = 'it\'s "Ada\'s" \\ 日本 📓';
  const { data: made } = await notebook('create', name, '-t', 'gpu');
  expect(made).toMatchObject({ name: `${name}.ipynb`, mimeType: 'application/x-ipynb+json', trashed: false });
  expect(made.url).toBe(`https://colab.research.google.com/drive/${made.id}`);
  expect((await notebook('list')).data).toEqual({ notebooks: [made], more: false });
  for (const part of ["it's", '\\ 日本', '"Ada\'s"'])
    expect((await notebook('list', '--search', part)).data.notebooks).toEqual([made]);
  expect((await notebook('list', '--search', "' or name contains 'it")).data.notebooks).toEqual([]);

  const got = await notebook('download', made.url);
  expect(got.data.path).toBe(join(colab.home, 'it\'s "Ada\'s" _ 日本 📓.ipynb'));
  expect(JSON.parse(await readFile(got.data.path, 'utf8')).metadata).toMatchObject({ accelerator: 'GPU' });
  expect((await notebook('download', made.id)).error).toMatchObject({
    code: 1403,
    suggestion: '`--force` replaces it',
  });

  // What would end a part of a careless upload, and bytes that a detour over text would change.
  const content = Buffer.from(
    '{"nbformat": 4,\r\n "cells": [],\r\n"x": "--lecoder-\\r\\n--",\r\n "metadata": {} }\r\n\r\n',
  );
  const path = join(colab.home, 'other.ipynb');
  await writeFile(path, content);
  expect((await notebook('upload', path, '--id', made.url)).data).toMatchObject({ id: made.id, created: false });
  expect(file(made.id)?.content).toEqual(content);
  expect(file(made.id)).toMatchObject({ name: `${name}.ipynb`, mimeType: 'application/x-ipynb+json' });
  expect((await colab.call(['notebook', 'download', made.id, '-'])).bytes).toEqual(content);
  const copy = await notebook('upload', path);
  expect(copy.data).toMatchObject({ name: 'other.ipynb', created: true, bytes: content.length });
  expect(file(copy.data.id)?.content).toEqual(content);
  const piped = await colab.call(['notebook', 'create', '--from', '-', '--name', 'piped', '--json'], {
    input: content.toString(),
  });
  expect(file(JSON.parse(piped.stdout).data.id)?.content).toEqual(content);

  expect((await notebook('delete', made.id, '--force')).data).toMatchObject({ deleted: true, permanent: false });
  expect(file(made.id)?.trashed).toBe(true);
  expect((await notebook('list', '--search', "it's")).data.notebooks).toEqual([]);
  await notebook('delete', copy.data.id, '--force', '--permanent');
  expect(file(copy.data.id)).toBeNull();
});

test('the snippet of the agent reference', async () => {
  const env = { ...colab.env, PATH: await colab.commandsOnPath() };
  const snippet = await readFile(join(process.cwd(), 'test', 'contract', 'references', 'agent-notebooks.sh'), 'utf8');
  const [list = '', create = '', remove = ''] = snippet.trim().split('\n');
  const run = async (line: string) =>
    JSON.parse((await runProgram('sh', ['-c', line], { env, cwd: colab.home })).stdout);
  expect(await run(list)).toMatchObject({ success: true, status: 'ok', data: { notebooks: [] } });
  const { data } = await run(create);
  expect(data.name).toBe('my-notebook.ipynb');
  expect(await run(remove.replace('<ID>', data.id))).toMatchObject({ status: 'ok', data: { deleted: true } });
});

test('a list goes over as many pages as it takes, and says when there is more', async () => {
  const { drive, accounts } = colab.emulator.world;
  const [account] = accounts.all;
  if (account === undefined) throw new Error('no account');
  for (let number = 0; number < 1234; number += 1)
    drive.create(account, { name: `n${String(number).padStart(4, '0')}`, mimeType: 'application/x-ipynb+json' });
  colab.forget();
  const all = await notebook('list', '-n', '0', '--order-by', 'name');
  expect(all.data.notebooks.map(({ name }: { name: string }) => name).join()).toBe(
    Array.from({ length: 1234 }, (_, number) => `n${String(number).padStart(4, '0')}`).join(),
  );
  expect(colab.asked()).toEqual(['drive-list', 'drive-list']);
  await colab.emulator.control('settings', { drivePage: 3 });
  const some = await notebook('list', '--limit', '8', '--order-by', 'name');
  expect(some.data.notebooks).toEqual(all.data.notebooks.slice(0, 8));
  expect(some.data.more).toBe(true);
  const shown = await colab.call(['notebook', 'list', '--limit', '8']);
  expect(shown.stdout.split('\n')[7]).toMatch(/^[\w-]{33}\t[\d-]{10} [\d:]{8}\tn\d{4}$/);
  expect(shown.stderr).toContain('only notebooks that this program made are listed');
  expect(shown.stderr).toContain('there are more than these 8');
});

test('both kinds of notebooks are listed, and only what the scope shows', async () => {
  const put = (order: object) => colab.emulator.control('drive-file', { content: '{}', ...order });
  await put({ name: 'web', mimeType: 'application/vnd.google.colaboratory', ours: true });
  await put({ name: 'by-name.ipynb', mimeType: 'application/json', ours: true });
  await put({ name: 'photo.png', mimeType: 'image/png', ours: true });
  const { id } = await put({ name: 'hidden.ipynb', mimeType: 'application/x-ipynb+json' });
  const { data } = await notebook('list', '--order-by', 'name');
  expect(data.notebooks.map(({ name }: { name: string }) => name)).toEqual(['by-name.ipynb', 'web']);
  const hidden = await notebook('download', id);
  expect(hidden.error).toMatchObject({ code: 1301, exit: 1 });
  expect(hidden.error.suggestion).toContain('`drive.file` shows only files that this program made');
});

test('a token that has ended is renewed, and too many requests are waited out', async () => {
  await notebook('list');
  await colab.emulator.control('expire', { kind: 'access' });
  await colab.emulator.control('fail', { fault: ['drive-list=429x1', 'drive-list=503x1@1'] });
  colab.forget();
  expect((await notebook('list')).success).toBe(true);
  // 429; 401 and a new token; 503; the list
  expect(colab.asked()).toEqual(['drive-list', 'drive-list', 'token', 'drive-list', 'drive-list']);
});

test('a notebook whose making was not answered is not made again', async () => {
  await colab.emulator.control('fail', { fault: 'drive-create=lostx1' });
  colab.forget();
  const { error } = await notebook('create', 'once');
  expect(error).toMatchObject({ code: 1101, retryable: true });
  expect(error.suggestion).toContain('it may have been made all the same');
  expect(colab.asked()).toEqual(['drive-create']);
  expect((await notebook('list')).data.notebooks).toHaveLength(1);
});

test('a large notebook survives lost answers, and is made once', async () => {
  const output = { output_type: 'stream', name: 'stdout', text: 'ü'.repeat(3_500_000) };
  const cell = { cell_type: 'code', id: 'a', metadata: {}, execution_count: 1, outputs: [output], source: '' };
  const content = Buffer.from(JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }));
  const path = join(colab.home, 'large.ipynb');
  await writeFile(path, content);
  await colab.emulator.control('fail', { fault: ['drive-content=resetx1', 'drive-content=lostx1@1'] });
  colab.forget();
  const { data } = await notebook('upload', path);
  expect(colab.asked()).toEqual(['drive-create', ...Array(4).fill('drive-content')]);
  expect((await notebook('list')).data.notebooks).toHaveLength(1);
  expect((await colab.call(['notebook', 'download', data.id, '-'])).bytes.equals(content)).toBe(true);
  const smaller = Buffer.concat([content.subarray(0, -1), Buffer.from(' }')]);
  await writeFile(path, smaller);
  await notebook('upload', path, '--id', data.id);
  expect(file(data.id)?.content.equals(smaller)).toBe(true);
});

test('an API that is not enabled names the page that enables it', async () => {
  await colab.emulator.control('settings', { driveApi: false });
  const { error } = await notebook('list');
  expect(error).toMatchObject({ code: 1404, message: "the Drive API is not enabled in your OAuth client's project" });
  expect(error.suggestion).toContain(
    'https://console.developers.google.com/apis/api/drive.googleapis.com/overview?project=123456789012',
  );
});

test('deleting asks; where nobody can be asked nothing is sent', async () => {
  const { data } = await notebook('create', 'kept');
  colab.forget();
  for (const more of [[], ['--permanent'], ['--json'], ['--no-input']]) {
    const ended = await colab.call(['notebook', 'delete', data.id, ...more]);
    expect([ended.code, colab.asked()]).toEqual([2, []]);
  }
});

test('open gets one machine, as the notebook wants it', async () => {
  const { data: made } = await notebook('create', 'wants a GPU', '-t', 'gpu');
  colab.forget();
  const opened = await notebook('open', made.url, '--new-runtime', '--startup-code', 'six = 6');
  expect(opened.data).toMatchObject({
    notebook: { id: made.id, name: 'wants a GPU.ipynb', accelerator: 'GPU' },
    runtime: { type: 'gpu', gpu: 'T4' },
    fresh: true,
  });
  expect(colab.asked().filter(operation => operation === 'assign')).toHaveLength(1);
  expect(await colab.machines()).toHaveLength(1);
  expect((await colab.call(['run', '-k', 'six * 7'])).stdout).toBe('42\n');

  const path = join(colab.home, 'local.ipynb');
  const metadata = { accelerator: 'GPU', colab: { gpuType: 'A100' } };
  await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, cells: [], metadata }));
  // The same machine again with --gpu on the command line, whatever the notebook says.
  const again = await notebook('open', 'local.ipynb', '--gpu', 'T4');
  expect(again.data).toMatchObject({ notebook: { id: null, accelerator: 'A100' }, fresh: false });
  const other = await colab.call(['notebook', 'open', 'local.ipynb', '--no-shell']);
  expect(other.stderr).toContain('the notebook asks for a GPU (A100)');
  expect(other.stdout).toMatch(/^local\.ipynb: session `colab-2` on \S+ \(A100\), new\n$/);
});

test('open --browser needs no machine, no network and no consent', async () => {
  const id = '1aB-cD_eF0123456789aBcDeFgHiJkLmN';
  const url = `https://colab.research.google.com/drive/${id}`;
  const [browser, seen] = [join(colab.home, 'browser'), join(colab.home, 'seen')];
  await writeFile(browser, `#!/bin/sh\nprintf %s "$1" > '${seen}.part' && mv '${seen}.part' '${seen}'\n`, {
    mode: 0o755,
  });
  colab.forget();
  const options = { env: { BROWSER: browser } };
  const { data } = await colab.json(
    ['notebook', 'open', `drive.google.com/open?id=${id}`, '--browser', '--json'],
    options,
  );
  expect(data).toEqual({ id, url, opened: true });
  await until(() => existsSync(seen));
  expect(await readFile(seen, 'utf8')).toBe(url);
  expect(colab.asked()).toEqual([]);
});
