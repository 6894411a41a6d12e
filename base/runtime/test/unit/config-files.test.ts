import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type ConfigIssue, loadConfig } from '@meridian/runtime';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const schema = Type.Object({
  id: Type.String(),
  port: Type.Integer({ minimum: 1, default: 1 }),
  clusterSecret: Type.Optional(Type.String({ minLength: 8 })),
  isOpen: Type.Boolean({ default: false }),
  listen: Type.Object({ ip: Type.String({ default: 'a' }), port: Type.Integer({ default: 1 }) }, { default: {} }),
  peers: Type.Array(Type.Object({ host: Type.String(), port: Type.Integer({ default: 1 }) }), { default: [] }),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads files with these names and contents, in order. */
function load(...files: (readonly [name: string, content: string])[]) {
  const argv = files.flatMap(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return ['--config', join(folder, name)];
  });
  return loadConfig(schema, { argv, env: {} });
}

function refused(act: () => unknown): { issues: ConfigIssue[]; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

/** Ten levels of ten aliases each: ten thousand million copies. */
const bomb = Array.from(
  { length: 10 },
  (_, level) =>
    `a${level}: &a${level} [${
      level === 0
        ? 'x'
        : Array(10)
            .fill(`*a${level - 1}`)
            .join(', ')
    }]`,
).join('\n');

describe('a YAML file', () => {
  it.each<[string, string, RegExp, string | undefined]>([
    ['has a key twice', 'id: a\nport: 1\nid: b', /keys must be unique/, '3:1'],
    ['has a key twice deep inside', 'id: a\nlisten:\n  port: 1\n  port: 2', /keys must be unique/, '4:3'],
    ['does not end a text', 'id: a\nclusterSecret: "hunter2', /Missing closing/, '2:24'],
    ['has blanks that do not fit', 'id: a\n  port: hunter2', /YAML file/, '1:5'],
    ['goes on after a text', 'id: "a" hunter2', /Unexpected scalar at node end/, '1:9'],
    ['is indented by tabs', 'listen:\n\tport: 1', /Tabs are not allowed/, '2:1'],
    ['has a type of its own', 'id: a\nclusterSecret: !hunter2 x', /Unresolved tag/, '2:16'],
    ['has an alias without an anchor', 'id: *hunter2', /Unresolved alias/, undefined],
    ['has a star in place of a text', 'id: *', /YAML file/, '1:5'],
    ['has aliases without end', bomb, /alias/, undefined],
    ['holds two documents', 'id: a\n---\nid: b', /multiple documents/, '2:1'],
    ['is empty', '', /mapping at the top/, undefined],
    ['holds a list', '- id: a', /mapping at the top/, undefined],
    ['is larger than a mebibyte', `id: ${'x'.repeat(1_048_577)}`, /1048576/, undefined],
  ])('that %s is refused by name and place, without its text', (_what, content, allowed, at) => {
    const { issues, message } = refused(() => load(['a.yaml', content]));
    const path = join(folder, 'a.yaml');
    expect(issues).toEqual([
      {
        key: '--config',
        value: at === undefined ? path : `${path}:${at}`,
        allowed: expect.stringMatching(allowed),
      },
    ]);
    expect(message).not.toContain('hunter2');
  });

  it('is read by the core schema of YAML 1.2', () => {
    expect(load(['a.yml', '# ours\nid: yes\nport: 0x10\nisOpen: true\npeers: [{host: 2026-01-01}]'])).toEqual({
      id: 'yes',
      port: 16,
      isOpen: true,
      listen: { ip: 'a', port: 1 },
      peers: [{ host: '2026-01-01', port: 1 }],
    });
    expect(refused(() => load(['a.yaml', 'id: a\nisOpen: yes'])).issues).toMatchObject([
      { key: 'isOpen', value: 'yes' },
    ]);
  });

  it('may repeat a value by an alias', () => {
    expect(load(['a.yaml', 'id: a\npeers:\n  - &one { host: a }\n  - *one']).peers).toEqual([
      { host: 'a', port: 1 },
      { host: 'a', port: 1 },
    ]);
  });

  it.each([
    ['a wrong value', 'id: a\nport: 0', 'port', 2],
    ['an unknown key', 'id: a\n\nprot: 1', 'prot', 3],
    ['a wrong value in a list', 'id: a\npeers:\n  - host: a\n  - port: x\n    host: b', 'peers[1].port', 4],
    ['an unknown key in a list', 'id: a\npeers:\n  - host: a\n    prot: 1', 'peers[0].prot', 4],
    ['a missing key in a list', 'id: a\npeers:\n  - host: a\n  - port: 1', 'peers[1].host', 4],
    ['an unknown key behind an alias', 'id: a\nlisten: &l\n  ip: b\npeers:\n  - *l', 'peers[0].ip', 3],
    ['the name of the prototype', 'id: a\n__proto__: { port: 1 }', '__proto__', 2],
  ])('with %s is refused at its line', (_what, content, key, line) => {
    const { issues, message } = refused(() => load(['a.yaml', content]));
    expect(issues).toContainEqual(expect.objectContaining({ key, where: `${join(folder, 'a.yaml')}:${line}` }));
    expect(message).toContain(`\n    in ${join(folder, 'a.yaml')}:${line}`);
  });
});

describe('a JSON file', () => {
  it.each<[string, string, RegExp, number | undefined]>([
    ['a value without quotes', '{\n"id": "a",\n"clusterSecret": hunter2 }', /Unexpected token 'h'/, 3],
    ['a single wrong value', '{"clusterSecret": hunter2}', /Unexpected token 'h'/, 1],
    ['a comma too many', '{\n"id": "a",\n}', /double-quoted property name/, 3],
    ['an end too early', '{\n"clusterSecret": "hunter2"', /JSON/, 2],
  ])('with %s is refused by name and line, without its text', (_what, content, allowed, line) => {
    const { issues, message } = refused(() => load(['a.json', content]));
    expect(issues[0]).toMatchObject({ value: `${join(folder, 'a.json')}:${line}` });
    expect(issues[0]?.allowed).toMatch(allowed);
    expect(message).not.toContain('hunter2');
  });

  it('does not load the YAML package', () => {
    const main = join(folder, 'main.mjs');
    const yaml = 'process.getBuiltinModule("module")._cache';
    writeFileSync(join(folder, 'a.json'), '{"id": "a"}');
    writeFileSync(join(folder, 'a.yaml'), 'id: a');
    writeFileSync(
      main,
      `import { baseConfig, loadConfig } from ${JSON.stringify(import.meta.resolve('@meridian/runtime'))};
      import { Type } from ${JSON.stringify(import.meta.resolve('typebox'))};
      const loaded = () => Object.keys(${yaml}).some((path) => path.includes('/node_modules/yaml/'));
      const load = (file) => loadConfig(Type.Object({ id: Type.String() }), { argv: ['--config', file], env: {} });
      load(${JSON.stringify(join(folder, 'a.json'))});
      const before = loaded();
      load(${JSON.stringify(join(folder, 'a.yaml'))});
      console.log(before, loaded());`,
    );
    expect(execFileSync(process.execPath, [main], { encoding: 'utf8' }).trim()).toBe('false true');
  });
});

describe('several files', () => {
  it.each([
    [
      'a wrong value that a later file overrules with one',
      [
        ['a.json', '{"id": "a", "port": 2}'],
        ['b.yaml', 'port: 0'],
      ],
      'port',
      ['b.yaml:1'],
    ],
    [
      'an unknown key in the first',
      [
        ['a.yaml', 'prot: 1\nid: a'],
        ['b.json', '{"port": 2}'],
      ],
      'prot',
      ['a.yaml:1'],
    ],
    [
      'an unknown key in the last',
      [
        ['a.yaml', 'id: a'],
        ['b.json', '{"prot": 2}'],
      ],
      'prot',
      ['b.json'],
    ],
    [
      'a required key in none',
      [
        ['a.yaml', 'port: 1'],
        ['b.json', '{}'],
      ],
      'id',
      ['a.yaml', 'b.json'],
    ],
  ] as const)('with %s are refused by the name of the file', (_what, files, key, places) => {
    const where = places.map((name) => join(folder, name)).join(' or ');
    expect(refused(() => load(...files)).issues).toEqual([expect.objectContaining({ key, where })]);
  });

  it('are merged at the top, the later over the earlier, under the environment', () => {
    writeFileSync(join(folder, 'a.yaml'), 'id: a\nport: 2\nlisten: { ip: b }\nisOpen: true');
    writeFileSync(join(folder, 'b.json'), '{"port": 3, "listen": {"port": 9}}');
    const argv = ['--config', join(folder, 'a.yaml'), `--config=${join(folder, 'b.json')}`];
    const env = { MERIDIAN_IS_OPEN: 'false' };
    expect(loadConfig(schema, { argv, env })).toEqual({
      id: 'a',
      port: 3,
      listen: { ip: 'a', port: 9 },
      isOpen: false,
      peers: [],
    });
    expect(refused(() => loadConfig(schema, { argv, env: { MERIDIAN_PORT: '0' } })).issues).toMatchObject([
      { key: 'port', where: 'MERIDIAN_PORT' },
    ]);
  });
});
