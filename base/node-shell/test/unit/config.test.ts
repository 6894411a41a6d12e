import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseConfig, ConfigError, loadConfig } from '@meridian/runtime';
import { Type } from 'typebox';
import { afterAll, expect, it } from 'vitest';
import { listenAddress, nodeConfig } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-node-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = Type.Object({ ...baseConfig, ...nodeConfig, listen: listenAddress('For a test.') });
const validConfig = {
  id: 'node-1',
  region: 'fra',
  city: 'Frankfurt',
  latitude: 50.1,
  longitude: 8.7,
  hostId: 'host-1',
  centreUrl: 'wss://127.0.0.1:7000,wss://127.0.0.1:7003',
  enrolUrl: 'https://127.0.0.1:7000',
  listen: { ip: '::', port: 0 },
};
const load = (value: object) => {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(value));
  return loadConfig(schema, { argv: ['--config', file], env: {} });
};

it('a node needs an id, a place and a centre; a token and an instance of its region are optional', () => {
  expect(load(validConfig)).toMatchObject(validConfig);
  const more = { enrolmentToken: 'met1.a.b.c', regionCentreUrl: 'wss://10.0.0.1:7010' };
  expect(
    load({ ...validConfig, ...more, listen: { ...validConfig.listen, announcedAddress: 'a.example' } }),
  ).toMatchObject(more);
});

it.each<[string, object]>([
  ['id', { id: '' }],
  ['id', { id: 'node 1' }],
  ['id', { id: 'n'.repeat(65) }],
  ['region', { region: 'a/b' }],
  ['city', { city: '' }],
  ['latitude', { latitude: 90.1 }],
  ['longitude', { longitude: -180.1 }],
  ['hostId', { hostId: 'host/1' }],
  ['centreUrl', { centreUrl: 'ws://127.0.0.1:7000' }],
  ['centreUrl', { centreUrl: 'wss://127.0.0.1:7000,' }],
  ['regionCentreUrl', { regionCentreUrl: 'wss://a,http://b' }],
  ['enrolUrl', { enrolUrl: 'http://127.0.0.1:7000' }],
  ['enrolmentToken', { enrolmentToken: '' }],
  ['enrolmentToken', { enrolmentToken: 't'.repeat(513) }],
  ['listen.ip', { listen: { ip: '', port: 0 } }],
  ['listen.port', { listen: { ip: '::', port: 65_536 } }],
  ['listen.prot', { listen: { ip: '::', port: 0, prot: 1 } }],
])('%s: %j ends the start and names the key', (key, change) => {
  let failure: unknown;
  try {
    load({ ...validConfig, ...change });
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(ConfigError);
  expect((failure as ConfigError).issues.map((issue) => issue.key)).toContain(key);
});

it.each(['id', 'region', 'city', 'latitude', 'longitude', 'hostId', 'centreUrl', 'enrolUrl'])(
  'without %s no node starts',
  (key) => {
    expect(() => load({ ...validConfig, [key]: undefined })).toThrow(key);
  },
);
