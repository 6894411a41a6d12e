import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, refuseErrors } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { type Config, checkConfig, configSchema } from '../../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-config-'));
const good = {
  id: 'sig-fra',
  region: 'fra',
  city: 'Frankfurt',
  latitude: 50.1,
  longitude: 8.7,
  hostId: 'host-1',
  stateDir: 'state',
  centreUrl: 'wss://127.0.0.1:7000',
  enrolUrl: 'https://127.0.0.1:7000',
  httpHost: '127.0.1.1',
  httpPort: 7880,
  publicUrl: 'ws://127.0.1.1:7880',
  controlListen: { ip: '127.0.1.1', port: 7881 },
  apiKeys: [{ key: 'devkey', secret: 's'.repeat(32), tenant: 'dev' }],
};
/** Loads as `runService` does: the file, then the checks. */
function load(value: object): Config {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(value));
  const config = loadConfig(configSchema, { argv: ['--config', file], env: {} });
  refuseErrors(checkConfig(config));
  return config;
}
const key = { key: 'k', secret: 's'.repeat(32), tenant: 't' };

describe('a configuration', () => {
  it('with the keys of docs/reference.md is accepted', () => {
    expect(
      load({
        ...good,
        trustedProxies: ['10.0.0.0/8', 'fd00::1'],
        development: true,
        allowedOrigins: ['https://a.example'],
      }).trustedProxies,
    ).toHaveLength(2);
  });

  it.each<[string, object, string]>([
    ['an empty secret', { apiKeys: [{ ...key, secret: '' }] }, 'apiKeys[0].secret'],
    ['a secret that is too short', { apiKeys: [{ ...key, secret: 's'.repeat(31) }] }, 'apiKeys[0].secret'],
    ['a secret of blanks', { apiKeys: [{ ...key, secret: ' '.repeat(40) }] }, 'apiKeys[0].secret'],
    ['a region that is no name', { apiKeys: [{ ...key, regions: ['a b'] }] }, 'apiKeys[0].regions'],
    ['no regions in a list of them', { apiKeys: [{ ...key, regions: [] }] }, 'apiKeys[0].regions'],
    ['the same key twice', { apiKeys: [key, { ...key, tenant: 'u' }] }, 'apiKeys[1].key'],
    ['a tenant with a slash', { apiKeys: [{ ...key, tenant: 'a/b' }] }, 'apiKeys[0].tenant'],
    ['a proxy that is no range', { trustedProxies: ['10.0.0.0/8', 'everybody'] }, 'trustedProxies[1]'],
    ['an id with a blank', { id: 'sig fra' }, 'id'],
    ['an unknown key', { htpPort: 1 }, 'htpPort'],
    ['a centre without TLS', { centreUrl: 'ws://127.0.0.1:7000' }, 'centreUrl'],
    ['a port that is none', { httpPort: 70_000 }, 'httpPort'],
  ])('with %s ends the start and names the key, never the secret', (_name, change, named) => {
    let failure: unknown;
    try {
      load({ ...good, ...change });
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).issues.map((issue) => issue.key)).toContain(named);
    expect((failure as ConfigError).message).not.toContain('sssss');
  });
});
