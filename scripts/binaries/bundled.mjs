// Says what is in the executables besides our own code: the packages that the bundler took in, and Node.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../environment.mjs';
import { npm, run, StepFailed } from '../steps.mjs';
import { NODE_VERSION } from './parts.mjs';

const OURS = 'lecoder-cgpu';

/** The packages that the files of a bundle come from, sorted, with their folders under the root. */
export function packagesIn(metafile) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    return { folder, name, version, license };
  });
}

/** Every licence that asks to be passed on, in one text. `node` is the text of Node's own; without it Node is not in there. */
export function licenceText(packages, node = null) {
  const parts = packages.map(({ folder, name, version, license }) => {
    const file = readdirSync(join(ROOT, folder)).find(each => /^(licen[cs]e|copying)/i.test(each));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(ROOT, folder, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return [
    'This program contains the following software.\n',
    ...parts,
    ...(node === null ? [] : [`Node.js ${NODE_VERSION}\n\n${node.trim()}\n`]),
  ].join(rule);
}

/** What `npm sbom` says of everything installed, cut down to what is bundled, with Node added. */
export async function billOfMaterials(form, packages) {
  const { command, args } = npm(['sbom', `--sbom-format=${form}`, '--sbom-type=application']);
  const { status, output } = await run(command, args, { cwd: ROOT });
  const start = output.indexOf('{\n');
  if (status !== 0 || start < 0) throw new StepFailed(`\`npm sbom\` ended with ${status}`, output);
  const whole = JSON.parse(output.slice(start, output.lastIndexOf('}') + 1));
  const wanted = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  return form === 'cyclonedx' ? cycloneDx(whole, wanted) : spdx(whole, wanted);
}

function cycloneDx(whole, wanted) {
  const components = whole.components.filter(({ purl }) => wanted.has(nameInPurl(purl)));
  mustBeAll(components, wanted);
  const node = {
    'bom-ref': `node@${NODE_VERSION}`,
    type: 'platform',
    name: 'node',
    version: NODE_VERSION,
    purl: `pkg:github/nodejs/node@v${NODE_VERSION}`,
    licenses: [{ license: { id: 'MIT' } }],
    externalReferences: [{ type: 'website', url: 'https://nodejs.org' }],
  };
  const ours = whole.metadata.component['bom-ref'];
  const references = new Set([ours, ...components.map(each => each['bom-ref'])]);
  const dependencies = whole.dependencies
    .filter(({ ref }) => references.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(each => references.has(each)) }))
    .map(each => (each.ref === ours ? { ...each, dependsOn: [...each.dependsOn, node['bom-ref']] } : each));
  // Installed for the build, but shipped: nothing here is optional to whoever runs the program.
  const shipped = components.map(({ scope, properties, ...rest }) => rest);
  // npm takes the name of the folder.
  const component = { ...whole.metadata.component, name: OURS };
  return { ...whole, metadata: { ...whole.metadata, component }, components: [...shipped, node], dependencies };
}

function spdx(whole, wanted) {
  const described = new Set(whole.documentDescribes);
  const purlOf = each =>
    each.externalRefs?.find(({ referenceType }) => referenceType === 'purl')?.referenceLocator ?? '';
  const bundled = whole.packages.filter(each => wanted.has(nameInPurl(purlOf(each))));
  mustBeAll(bundled, wanted);
  const node = {
    name: 'node',
    SPDXID: 'SPDXRef-Runtime-node',
    versionInfo: NODE_VERSION,
    downloadLocation: `https://nodejs.org/dist/v${NODE_VERSION}/`,
    filesAnalyzed: false,
    homepage: 'https://nodejs.org',
    licenseDeclared: 'MIT',
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: `pkg:github/nodejs/node@v${NODE_VERSION}`,
      },
    ],
  };
  const packages = [...whole.packages.filter(({ SPDXID }) => described.has(SPDXID)), ...bundled, node];
  const ids = new Set([whole.SPDXID, ...packages.map(({ SPDXID }) => SPDXID)]);
  const relationships = whole.relationships.filter(
    ({ spdxElementId, relatedSpdxElement }) => ids.has(spdxElementId) && ids.has(relatedSpdxElement),
  );
  const contains = { spdxElementId: whole.documentDescribes[0], relationshipType: 'CONTAINS' };
  const added = [...bundled, node].map(({ SPDXID }) => ({ ...contains, relatedSpdxElement: SPDXID }));
  return { ...whole, packages, relationships: [...relationships, ...added] };
}

const nameInPurl = purl => decodeURIComponent(/^pkg:npm\/([^?#]+)/.exec(purl)?.[1] ?? '');

function mustBeAll(found, wanted) {
  if (found.length < wanted.size)
    throw new Error(`\`npm sbom\` names ${found.length} of the ${wanted.size} bundled packages`);
}

/** What goes beside the program, as far as it is there. */
export function texts() {
  return ['LICENSE', 'README.md', 'CHANGELOG.md']
    .filter(name => existsSync(join(ROOT, name)))
    .map(name => ({ name, content: readFileSync(join(ROOT, name)), runs: false }));
}
