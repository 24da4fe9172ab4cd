// Puts chunks that are always wanted together into one file, because on a cold start opening twenty small files costs
// more than all they do. Inside a pack each chunk stays a function of its own that runs when it is first required.

/**
 * `files` maps a chunk's name to its CommonJS text; `packs` maps a pack's name to the chunks it is to hold, with all they
 * require at once. A chunk belongs to the first pack that wants it. Returns the files to write.
 */
export function pack(files, packs) {
  const home = new Map();
  for (const [name, wanted] of Object.entries(packs)) {
    for (const chunk of withRequired(files, wanted)) if (!home.has(chunk)) home.set(chunk, name);
  }
  const written = new Map();
  for (const [name, text] of files) if (!home.has(name)) written.set(name, linked(text, home, null));
  for (const name of Object.keys(packs)) {
    const chunks = [...home].filter(([, pack]) => pack === name).map(([chunk]) => chunk);
    written.set(name, packText(chunks.map(chunk => [chunk, linked(files.get(chunk), home, name)])));
  }
  return written;
}

const REQUIRE = /require\("(?:\.\/|\.\/chunks\/)([\w-]+\.cjs)"\)/g;

/** The chunks and what they require when they are loaded; what they require later, in a function, does not count. */
function withRequired(files, names) {
  const found = new Set();
  const visit = name => {
    if (found.has(name) || !files.has(name)) return;
    found.add(name);
    const text = files.get(name);
    for (const match of text.matchAll(REQUIRE))
      if (!/=>\s*(?:__toESM\()?$/.test(text.slice(0, match.index))) visit(match[1]);
  };
  for (const name of names) visit(name);
  return found;
}

function linked(text, home, here) {
  return text.replace(REQUIRE, (found, name) => {
    const pack = home.get(name);
    if (pack === undefined) return found;
    return pack === here ? `load("${name}")` : `${found.replace(name, pack)}("${name}")`;
  });
}

function packText(chunks) {
  const entries = chunks.map(([name, text]) => `"${name}"(module,exports){${text.replace(/^"use strict";/, '')}}`);
  return `"use strict";const loaded=new Map;const load=name=>{let module=loaded.get(name);if(!module){module={exports:{}};loaded.set(name,module);chunks[name](module,module.exports)}return module.exports};
const chunks={${entries.join(',\n')}};
module.exports=load;
`;
}
