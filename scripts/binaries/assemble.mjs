// One executable: the platform's Node, without what would be in the way, with the blob in it.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { strip } from './elf.mjs';
import { nodeOf } from './fetch-part.mjs';
import { inject } from './inject.mjs';
import { removeSignature } from './mach-o.mjs';
import { signAdHoc } from './mach-o-sign.mjs';
import { verifySignature } from './mach-o-verify.mjs';
import { isSigned, removeAuthenticode, setChecksum } from './pe.mjs';

const IDENTIFIER = 'lecoder-cgpu';

/** What happens to a Node before the blob is written into it, and to the whole afterwards. */
const STEPS = {
  linux: { before: strip, after: file => file },
  darwin: { before: removeSignature, after: signed },
  win: { before: removeAuthenticode, after: unsigned },
};

/** Writes the executable of a target to `path`, or nothing when it fails. */
export async function assemble({ target, blob, path }) {
  const { before, after } = STEPS[target.split('-')[0]];
  const node = await nodeOf(target);
  mkdirSync(dirname(path), { recursive: true });
  const folder = mkdtempSync(join(dirname(path), '.unfinished-'));
  try {
    const file = join(folder, 'program');
    writeFileSync(file, before(readFileSync(node)));
    await inject(file, blob);
    writeFileSync(file, after(readFileSync(file)));
    chmodSync(file, 0o755);
    renameSync(file, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function signed(file) {
  const whole = signAdHoc(removeSignature(file), IDENTIFIER);
  const { faults } = verifySignature(whole);
  if (faults.length > 0) throw new Error(`the signature does not hold: ${faults.slice(0, 3).join('; ')}`);
  return whole;
}

function unsigned(file) {
  if (isSigned(file)) throw new Error('the executable still carries the signature of another');
  return setChecksum(file);
}
