import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataPackages, isLicence, placeOf } from '../../release/contents.ts';

const repository = join(import.meta.dirname, '../../../..');

describe('the files of a release', () => {
  it.each([
    ['sfu/src/main.ts', 'bundled into dist/services'],
    ['product/web/src/main.tsx', 'bundled into product/web/dist'],
    ['sfu/pathd/src/rules.c', 'compiled into bin/pathd'],
    ['infra/ops/release/main.ts', 'makes releases'],
    ['package.json', 'of the repository'],
  ])('%s is left out: %s', (file) => {
    expect(placeOf(file)).toBeUndefined();
  });

  it.each([
    ['LICENSE', 'LICENSE'],
    ['NOTICE', 'NOTICE'],
    ['infra/ops/systemd/meridian-sfu@.service', 'systemd/meridian-sfu@.service'],
  ])('%s goes to %s', (file, place) => {
    expect(placeOf(file)).toBe(place);
  });
});

it('every data package is in node_modules', () => {
  expect(dataPackages.filter((name) => !existsSync(join(repository, 'node_modules', name)))).toEqual([]);
});

it('geoip-lite is not a data package', () => {
  expect(dataPackages).not.toContain('geoip-lite');
});

it.each([
  ['LICENSE', true],
  ['LICENSE.md', true],
  ['license.txt', true],
  ['LICENSE-MIT', true],
  ['COPYING', true],
  ['NOTICE', true],
  ['licenses.js', false],
  ['README.md', false],
])('%s states a licence: %s', (name, states) => {
  expect(isLicence(name)).toBe(states);
});
