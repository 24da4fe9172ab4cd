import { expect, test } from 'vitest';
import { compareVersions } from '../../../src/util/version-order.ts';

test('versions in order, previews before what they preview', () => {
  const ordered = [
    '0.9.12',
    '0.10.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.2',
    '1.0.0-alpha.10',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.10.0',
    '2.0.0',
  ];
  for (const [index, version] of ordered.entries()) {
    expect(compareVersions(version, version)).toBe(0);
    for (const later of ordered.slice(index + 1)) {
      expect(compareVersions(version, later), `${version} < ${later}`).toBeLessThan(0);
      expect(compareVersions(later, version), `${later} > ${version}`).toBeGreaterThan(0);
    }
  }
});

test('what stands after a plus does not count', () => {
  expect(compareVersions('1.2.3+linux', '1.2.3')).toBe(0);
});
