/** A version as packages have them, `1.2.3` or `1.2.3-alpha.1`. */
export const VERSION_PATTERN = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/**
 * Below zero when `a` comes before `b`, by the order of semver.org: a preview comes before its version, numbers count as
 * numbers.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 3; index++) {
    const difference = Number(left.core[index] ?? 0) - Number(right.core[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.preview === null || right.preview === null)
    return Number(left.preview === null) - Number(right.preview === null);
  return comparePreviews(left.preview, right.preview);
}

function parts(version: string): { core: readonly string[]; preview: readonly string[] | null } {
  const plain = version.replace(/\+.*$/, '');
  const dash = plain.indexOf('-');
  const core = (dash < 0 ? plain : plain.slice(0, dash)).split('.');
  return { core, preview: dash < 0 ? null : plain.slice(dash + 1).split('.') };
}

function comparePreviews(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [a, b] = [left[index], right[index]];
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    if (a === b) continue;
    const [aNumber, bNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (aNumber && bNumber) return Number(a) - Number(b);
    if (aNumber !== bNumber) return aNumber ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return 0;
}
