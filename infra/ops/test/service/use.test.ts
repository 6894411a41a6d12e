// Selecting the current release in folders as install.sh leaves them.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listVersions, useVersion } from '../../src/commands/use.ts';
import { littleRelease, temporaryFolder } from '../support/little-release.ts';

/** The first version is current. */
function host(...versions: string[]): { prefix: string; unitsFolder: string } {
  const folder = temporaryFolder();
  const prefix = join(folder, 'opt');
  mkdirSync(prefix);
  for (const version of versions) renameSync(littleRelease(folder, version), join(prefix, version));
  if (versions[0] !== undefined) symlinkSync(versions[0], join(prefix, 'current'));
  return { prefix, unitsFolder: join(folder, 'units') };
}

const current = (prefix: string): string => readlinkSync(join(prefix, 'current'));

describe('a version that cannot be used', () => {
  it.each(['', '..', '../etc', 'current', '1.0', '2.0.0'])(
    '%j is refused, with the usable versions listed',
    (version) => {
      const { prefix, unitsFolder } = host('1.0.0', '1.1.0');
      expect(() => useVersion({ prefix, version, unitsFolder })).toThrow(
        expect.objectContaining({ code: 'VERSION_UNKNOWN', message: expect.stringContaining('there is 1.0.0, 1.1.0') }),
      );
    },
  );

  it.each([
    {
      name: 'a changed file',
      damage: (folder: string) => appendFileSync(join(folder, 'VERSION'), ' '),
      says: 'VERSION is changed',
    },
    { name: 'a missing file', damage: (folder: string) => rmSync(join(folder, 'VERSION')), says: 'VERSION is missing' },
    {
      name: 'no digests',
      damage: (folder: string) => rmSync(join(folder, 'SHA256SUMS')),
      says: 'SHA256SUMS is missing',
    },
    {
      name: 'digests of another form',
      damage: (folder: string) => appendFileSync(join(folder, 'SHA256SUMS'), 'x\n'),
      says: 'SHA256SUMS is changed',
    },
  ])('a version with $name is refused, and nothing changes', ({ damage, says }) => {
    const { prefix, unitsFolder } = host('1.0.0', '1.1.0');
    damage(join(prefix, '1.1.0'));
    expect(() => useVersion({ prefix, version: '1.1.0', unitsFolder })).toThrow(
      expect.objectContaining({ code: 'VERSION_DAMAGED', message: expect.stringContaining(says) }),
    );
    expect(current(prefix)).toBe('1.0.0');
    expect(existsSync(unitsFolder)).toBe(false);
  });
});

describe('using a version', () => {
  it('makes it current and keeps the previous one for the way back', () => {
    const { prefix, unitsFolder } = host('1.0.0', '1.1.0');
    expect(useVersion({ prefix, version: '1.1.0', unitsFolder }).before).toBe('1.0.0');
    expect(listVersions({ prefix })).toEqual([
      { version: '1.0.0', isCurrent: false, isPrevious: true },
      { version: '1.1.0', isCurrent: true, isPrevious: false },
    ]);
    useVersion({ prefix, version: '1.0.0', unitsFolder });
    expect(current(prefix)).toBe('1.0.0');
    expect(readlinkSync(join(prefix, 'previous'))).toBe('1.1.0');
  });

  it('that is current already keeps the previous one, and repairs the units', () => {
    const { prefix, unitsFolder } = host('1.0.0', '1.1.0');
    useVersion({ prefix, version: '1.1.0', unitsFolder });
    appendFileSync(join(unitsFolder, 'meridian.target'), '# edited');
    expect(useVersion({ prefix, version: '1.1.0', unitsFolder })).toEqual({
      before: '1.1.0',
      changedUnits: ['meridian.target'],
    });
    expect(useVersion({ prefix, version: '1.1.0', unitsFolder })).toEqual({ before: '1.1.0', changedUnits: [] });
    expect(readFileSync(join(unitsFolder, 'meridian.target'), 'utf8')).toContain('Meridian 1.1.0\n');
    expect(readlinkSync(join(prefix, 'previous'))).toBe('1.0.0');
  });

  it('works without a current version, and after an interrupted switch', () => {
    const { prefix, unitsFolder } = host('1.0.0');
    rmSync(join(prefix, 'current'));
    symlinkSync('0.9.0', join(prefix, 'current'));
    for (const name of ['current.new', 'previous.new']) symlinkSync('0.8.0', join(prefix, name));
    expect(useVersion({ prefix, version: '1.0.0', unitsFolder }).before).toBeUndefined();
    expect(current(prefix)).toBe('1.0.0');
    expect(readdirSync(unitsFolder, { recursive: true }).sort()).toEqual([
      'meridian-.service.d',
      'meridian-.service.d/10-shared.conf',
      'meridian.target',
    ]);
  });
});

describe('the list', () => {
  it('is empty where nothing is installed', () => {
    expect(listVersions({ prefix: join(temporaryFolder(), 'nowhere') })).toEqual([]);
  });

  it('is sorted by version, and leaves out incomplete versions', () => {
    const { prefix } = host('1.10.0', '1.9.0', '1.10.0-rc.2', '1.10.0-rc.10', '0.1.0');
    mkdirSync(join(prefix, '.incoming-2.0.0'));
    mkdirSync(join(prefix, '2.0.0'));
    expect(listVersions({ prefix }).map(({ version }) => version)).toEqual([
      '0.1.0',
      '1.9.0',
      '1.10.0-rc.2',
      '1.10.0-rc.10',
      '1.10.0',
    ]);
  });
});
