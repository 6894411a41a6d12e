import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { placeEtc, planEtc, saveEtc } from '../../src/adapters/etc-files.ts';
import { temporaryFolder } from '../support/little-release.ts';

let folder: string;
let [etc, saved, live] = ['', '', ''];
beforeEach(() => {
  folder = temporaryFolder();
  [etc, saved, live] = [join(folder, 'etc'), join(folder, 'saved'), join(folder, 'live')];
});

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
function link(to: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(to, path);
}
const textOf = (...parts: string[]): string => readFileSync(join(...parts), 'utf8');
const place = (): ReturnType<typeof planEtc> => {
  const plan = planEtc(saved, etc);
  placeEtc(plan);
  return plan;
};

describe('a back-up', () => {
  it('has the files that links of tls/ name, with their modes, through any number of links', () => {
    write(join(etc, 'api.yaml'), 'id: api');
    chmodSync(write(join(folder, 'archive/key1.pem'), 'the key'), 0o600);
    link('../archive/key1.pem', join(live, 'key.pem'));
    link(join(live, 'key.pem'), join(etc, 'tls/key.pem'));
    write(join(etc, 'tls/cert.pem'), 'the certificate');
    expect(saveEtc(etc, saved)).toEqual([]);
    expect(lstatSync(join(saved, 'tls/key.pem')).isFile()).toBe(true);
    expect(statSync(join(saved, 'tls/key.pem')).mode & 0o777).toBe(0o600);
    expect([textOf(saved, 'tls/key.pem'), textOf(saved, 'tls/cert.pem')]).toEqual(['the key', 'the certificate']);
    expect(textOf(saved, 'api.yaml')).toBe('id: api');
  });

  it('has the files of a folder that tls itself links to', () => {
    write(join(live, 'key.pem'), 'the key');
    link(live, join(etc, 'tls'));
    expect(saveEtc(etc, saved)).toEqual([]);
    expect(lstatSync(join(saved, 'tls')).isDirectory()).toBe(true);
    expect(textOf(saved, 'tls/key.pem')).toBe('the key');
  });

  it('omits and reports links of tls/ without a regular file', () => {
    link('/nowhere/key.pem', join(etc, 'tls/key.pem'));
    link('ring.pem', join(etc, 'tls/ring.pem'));
    link('/proc', join(etc, 'tls/folder'));
    link('/dev/zero', join(etc, 'tls/device'));
    const all = ['device', 'folder', 'key.pem', 'ring.pem'].map((name) => join(etc, 'tls', name));
    expect(saveEtc(etc, saved).sort()).toEqual(all);
    for (const path of all) expect(lstatSync(path.replace(etc, saved), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('follows no link outside tls/', () => {
    link('/etc/hostname', join(etc, 'more/name'));
    link('/etc', join(etc, 'all'));
    expect(saveEtc(etc, saved)).toEqual([]);
    expect([readlinkSync(join(saved, 'more/name')), readlinkSync(join(saved, 'all'))]).toEqual([
      '/etc/hostname',
      '/etc',
    ]);
  });

  it('contains the target of a folder that is a link', () => {
    write(join(live, 'api.yaml'), 'id: api');
    link(live, etc);
    saveEtc(etc, saved);
    expect(lstatSync(saved).isDirectory()).toBe(true);
    expect(textOf(saved, 'api.yaml')).toBe('id: api');
  });
});

describe('a restore', () => {
  it('keeps a certificate that is already here, and writes through no link', () => {
    write(join(saved, 'tls/cert.pem'), 'old');
    write(join(saved, 'tls/key.pem'), 'old');
    write(join(saved, 'tls/more.pem'), 'more');
    write(join(live, 'cert.pem'), 'fresh');
    link(join(live, 'cert.pem'), join(etc, 'tls/cert.pem'));
    write(join(etc, 'tls/key.pem'), 'fresh');
    expect(place().kept).toEqual([join(etc, 'tls/cert.pem'), join(etc, 'tls/key.pem')]);
    expect([textOf(live, 'cert.pem'), textOf(etc, 'tls/key.pem')]).toEqual(['fresh', 'fresh']);
    expect(readlinkSync(join(etc, 'tls/cert.pem'))).toBe(join(live, 'cert.pem'));
    expect(textOf(etc, 'tls/more.pem')).toBe('more');
  });

  it('writes nothing into a folder to which tls/ on this machine links', () => {
    write(join(saved, 'tls/key.pem'), 'old');
    mkdirSync(live);
    link(live, join(etc, 'tls'));
    expect(place().kept).toEqual([join(etc, 'tls')]);
    expect(existsSync(join(live, 'key.pem'))).toBe(false);
  });

  it('replaces other files and links, with the modes of the back-up, and may be repeated', () => {
    chmodSync(write(join(saved, 'api.yaml'), 'saved'), 0o640);
    link('/etc/hostname', join(saved, 'name'));
    write(join(live, 'api.yaml'), 'of another');
    link(join(live, 'api.yaml'), join(etc, 'api.yaml'));
    for (const time of ['once', 'again']) {
      expect([time, place()]).toEqual([time, expect.objectContaining({ kept: [], lost: [] })]);
      expect(lstatSync(join(etc, 'api.yaml')).isFile()).toBe(true);
      expect(statSync(join(etc, 'api.yaml')).mode & 0o777).toBe(0o640);
      expect(textOf(etc, 'api.yaml')).toBe('saved');
      expect(readlinkSync(join(etc, 'name'))).toBe('/etc/hostname');
    }
    expect(textOf(live, 'api.yaml')).toBe('of another');
  });

  it('reports the certificates that a back-up of an earlier release lacks', () => {
    link('/nowhere/key.pem', join(saved, 'tls/key.pem'));
    write(join(saved, 'web.yaml'), 'id: web');
    expect(place().lost).toEqual([join(etc, 'tls/key.pem')]);
    expect(lstatSync(join(etc, 'tls/key.pem'), { throwIfNoEntry: false })).toBeUndefined();
    expect(existsSync(join(etc, 'web.yaml'))).toBe(true);
  });

  it.each([
    ['a folder is where a file belongs', () => mkdirSync(join(etc, 'web.yaml'), { recursive: true })],
    ['a file is where a folder belongs', () => write(join(etc, 'tls'), '')],
    ['a link to nothing is where a folder belongs', () => link('/nowhere', join(etc, 'more'))],
  ])('changes nothing when %s', (_, prepare) => {
    for (const name of ['api.yaml', 'tls/key.pem', 'more/a', 'web.yaml']) write(join(saved, name), 'saved');
    prepare();
    expect(() => planEtc(saved, etc)).toThrow(expect.objectContaining({ code: 'FILE_IN_THE_WAY' }));
    expect(existsSync(join(etc, 'api.yaml'))).toBe(false);
  });
});
