import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseConfig, ConfigError, environmentName, loadConfig } from '@meridian/runtime';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const schema = Type.Object({
  ...baseConfig,
  maxRooms2Keep: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
  ratio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  isOpen: Type.Boolean({ default: false }),
  clusterSecret: Type.Optional(Type.String({ minLength: 8 })),
  mode: Type.Union([Type.Literal('fast'), Type.Literal('safe'), Type.Literal(3)], { default: 'safe' }),
  peers: Type.Array(Type.Object({ host: Type.String(), port: Type.Integer({ default: 1 }) }), {
    default: [],
    maxItems: 2,
  }),
  nested: Type.Object({ deep: Type.Object({ value: Type.Integer({ default: 7 }) }, { default: {} }) }, { default: {} }),
  tags: Type.Record(Type.String(), Type.Object({ weight: Type.Number() }), { default: {} }),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let fileCount = 0;
function file(content: unknown): string {
  fileCount += 1;
  const path = join(folder, `${fileCount}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function load(content: unknown, env: Record<string, string> = {}) {
  return loadConfig(schema, { argv: ['--config', file(content)], env });
}

function issuesOf(act: () => unknown): { key: string; value: unknown; allowed: string }[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

describe('a configuration file', () => {
  it.each<[string, unknown, string, unknown, RegExp]>([
    ['an unknown key', { logLevl: 'info' }, 'logLevl', 'info', /no such key; did you mean logLevel\?/],
    ['an unknown key in a list', { peers: [{ host: 'a', prot: 1 }] }, 'peers[0].prot', 1, /no such key/],
    ['an unknown key deep inside', { nested: { deep: { values: 1 } } }, 'nested.deep.values', 1, /no such key/],
    ['an unknown key in a record', { tags: { a: { weight: 1, colour: 2 } } }, 'tags.a.colour', 2, /no such key/],
    [
      'the name of the prototype as a key',
      '{"__proto__": {"logLevel": "warn"}}',
      '__proto__',
      { logLevel: 'warn' },
      /no such key/,
    ],
    ['a name every object has', '{"constructor": 1}', 'constructor', 1, /no such key/],
    ['a text for a number', { metricsPort: '9000' }, 'metricsPort', '9000', /integer/],
    ['a fraction for a whole number', { metricsPort: 1.5 }, 'metricsPort', 1.5, /integer/],
    ['a number below the range', { metricsPort: -1 }, 'metricsPort', -1, />= 0/],
    ['a number above the range', { metricsPort: 65_536 }, 'metricsPort', 65_536, /<= 65535/],
    ['null', { stateDir: null }, 'stateDir', null, /string/],
    ['an empty text', { stateDir: '' }, 'stateDir', '', /fewer than 1 char/],
    ['none of the choices', { mode: 'slow' }, 'mode', 'slow', /^one of fast, safe, 3$/],
    ['a wrong level', { logLevel: 'loud' }, 'logLevel', 'loud', /^one of trace, debug, info,/],
    [
      'too long a list',
      { peers: [{ host: 'a' }, { host: 'b' }, { host: 'c' }] },
      'peers',
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 1 },
        { host: 'c', port: 1 },
      ],
      /2/,
    ],
    ['a missing field', { peers: [{ port: 1 }] }, 'peers[0].host', undefined, /required/],
    ['a wrong field deep inside', { nested: { deep: { value: 'x' } } }, 'nested.deep.value', 'x', /integer/],
  ])('with %s is refused by key, value and what is allowed', (_what, content, key, value, allowed) => {
    const issues = issuesOf(() => load(content));
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ key, value });
    expect(issues[0]?.allowed).toMatch(allowed);
  });

  it.each([
    ['is not there', () => join(folder, 'absent.json'), /ENOENT/],
    ['is a folder', () => folder, /EISDIR/],
    ['is empty', () => file(''), /JSON/],
    ['is not JSON', () => file('{"a":1,}'), /JSON/],
    ['holds a list', () => file([]), /object/],
    ['holds null', () => file('null'), /object/],
    ['is larger than a mebibyte', () => file(`{"stateDir": "${'x'.repeat(1_048_577)}"}`), /1048576/],
  ])('that %s is refused', (_what, path, allowed) => {
    const issues = issuesOf(() => loadConfig(schema, { argv: ['--config', path()], env: {} }));
    expect(issues).toHaveLength(1);
    expect(issues[0]?.key).toBe('--config');
    expect(issues[0]?.allowed).toMatch(allowed);
  });

  it('lists every wrong key at once and reads as text', () => {
    const act = () => load({ typo: 1, metricsPort: -1, clusterSecret: 'short' });
    expect(
      issuesOf(act)
        .map((issue) => issue.key)
        .sort(),
    ).toEqual(['clusterSecret', 'metricsPort', 'typo']);
    expect(act).toThrow(/configuration is not valid:\n {2}typo = 1: no such key/);
  });

  it('never repeats a secret that has the wrong form', () => {
    const act = () => load({ clusterSecret: 'hunter2', myToken: 'hunter2' });
    expect(act).toThrow(ConfigError);
    expect(act).not.toThrow(/hunter2/);
  });
});

describe('arguments', () => {
  it.each([
    ['an unknown one', ['--verbose'], '--verbose'],
    ['a bare word', ['serve'], 'serve'],
    ['--config without a name', ['--config'], '--config'],
    ['--config= without a name', ['--config='], '--config'],
  ])('with %s are refused', (_what, argv, key) => {
    expect(issuesOf(() => loadConfig(schema, { argv, env: {} }))[0]?.key).toBe(key);
  });

  it('name the file in either form', () => {
    const path = file({ metricsPort: 5 });
    expect(loadConfig(schema, { argv: ['--config', path], env: {} }).metricsPort).toBe(5);
    expect(loadConfig(schema, { argv: [`--config=${path}`], env: {} }).metricsPort).toBe(5);
  });
});

describe('the environment', () => {
  it.each([
    ['a word for a number', { MERIDIAN_METRICS_PORT: 'many' }, 'metricsPort', 'many'],
    ['nothing for a number', { MERIDIAN_METRICS_PORT: '' }, 'metricsPort', ''],
    ['another notation', { MERIDIAN_METRICS_PORT: '0x10' }, 'metricsPort', '0x10'],
    ['a number outside the range', { MERIDIAN_METRICS_PORT: '70000' }, 'metricsPort', 70_000],
    ['a yes for a boolean', { MERIDIAN_IS_OPEN: 'yes' }, 'isOpen', 'yes'],
    ['none of the choices', { MERIDIAN_MODE: 'slow' }, 'mode', 'slow'],
  ])('with %s is refused', (_what, env, key, value) => {
    const issues = issuesOf(() => load({}, env));
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ key, value });
  });

  it('overrides the file for scalar keys of every type and leaves the others', () => {
    const env = {
      MERIDIAN_METRICS_PORT: '12',
      MERIDIAN_RATIO: '0.25',
      MERIDIAN_IS_OPEN: 'true',
      MERIDIAN_MODE: '3',
      MERIDIAN_STATE_DIR: '/x',
      MERIDIAN_MAX_ROOMS2_KEEP: '4',
      MERIDIAN_PEERS: '[]',
      MERIDIAN_CACHE_DIR: 'someone else reads this',
    };
    const config = load({ metricsPort: 1, isOpen: false, peers: [{ host: 'a' }] }, env);
    expect(config).toMatchObject({
      metricsPort: 12,
      ratio: 0.25,
      isOpen: true,
      mode: 3,
      stateDir: '/x',
      maxRooms2Keep: 4,
      peers: [{ host: 'a', port: 1 }],
    });
  });

  it.each([
    ['logLevel', 'MERIDIAN_LOG_LEVEL'],
    ['stateDir', 'MERIDIAN_STATE_DIR'],
    ['maxRooms2Keep', 'MERIDIAN_MAX_ROOMS2_KEEP'],
    ['x', 'MERIDIAN_X'],
  ])('names %s as %s', (key, name) => {
    expect(environmentName(key)).toBe(name);
  });
});

describe('the result', () => {
  it('has the defaults of the schema at every depth', () => {
    expect(loadConfig(schema, { argv: [], env: {} })).toEqual({
      logLevel: 'info',
      metricsHost: '127.0.0.1',
      metricsPort: 0,
      stateDir: 'state',
      closeLimitMs: 10_000,
      maxRooms2Keep: 10,
      isOpen: false,
      mode: 'safe',
      peers: [],
      nested: { deep: { value: 7 } },
      tags: {},
    });
  });

  it('is frozen at every depth, while the defaults of the schema are not', () => {
    const config = load({ peers: [{ host: 'a' }], tags: { a: { weight: 1 } } });
    for (const part of [
      config,
      config.peers,
      config.peers[0],
      config.nested,
      config.nested.deep,
      config.tags,
      config.tags['a'],
    ])
      expect(Object.isFrozen(part)).toBe(true);
    expect(() => Object.assign(config, { metricsPort: 1 })).toThrow(TypeError);
    expect(load({}).nested).not.toBe(load({}).nested);
  });
});
