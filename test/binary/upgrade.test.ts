import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeProgram, releaseServer } from '../support/release-server.ts';
import { runProgram } from '../support/run-program.ts';
import { singleBinary } from '../support/single-binary.ts';

test('a binary that runs replaces itself', async () => {
  const binary = await singleBinary();
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-upgrade-'));
  const server = await releaseServer();
  try {
    server.publish('9.1.0');
    const program = join(folder, 'bin', 'lecoder-cgpu');
    mkdirSync(join(folder, 'bin'));
    copyFileSync(binary, program);
    const env = { HOME: folder, LECODER_RELEASES_URL: server.url };
    const { code, stdout, stderr } = await runProgram(program, ['upgrade', '--json'], { env, cwd: folder });
    expect(stderr).not.toContain('error');
    expect(JSON.parse(stdout).data).toMatchObject({ upgraded: true, install: { kind: 'archive', path: program } });
    expect(code).toBe(0);
    expect(readFileSync(program, 'utf8')).toBe(fakeProgram('9.1.0'));
    expect(readdirSync(join(folder, 'bin'))).toEqual(['lecoder-cgpu']);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
