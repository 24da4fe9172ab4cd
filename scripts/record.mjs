// Records terminal sessions for the documentation: types what scripts/record/takes.mjs says into a real shell, with the
// built program and an empty home, and draws what was shown as docs/recordings/<name>.svg, with its text beside it.
//   npm run build && node scripts/record.mjs [name…]
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuseTraces } from './record/clean.mjs';
import { draw } from './record/draw.mjs';
import { play } from './record/play.mjs';
import { screens } from './record/screens.mjs';
import { TAKES } from './record/takes.mjs';

const OUT = fileURLToPath(new URL('../docs/recordings', import.meta.url));

async function main(names) {
  const unknown = names.filter(name => !Object.hasOwn(TAKES, name));
  if (unknown.length > 0)
    throw new Error(`no such recording: ${unknown.join(', ')}; there are ${Object.keys(TAKES).join(', ')}`);
  await mkdir(OUT, { recursive: true });
  for (const name of names.length > 0 ? names : Object.keys(TAKES)) {
    const take = TAKES[name];
    const shots = await screens(await play(take), take);
    const { svg, text } = draw(shots, take);
    refuseTraces(`${svg}\n${text}`);
    await writeFile(join(OUT, `${name}.svg`), svg);
    await writeFile(join(OUT, `${name}.txt`), text);
    console.log(`${name}: ${shots.length} screens, ${Math.round(svg.length / 1024)} KB`);
  }
}

await main(process.argv.slice(2));
