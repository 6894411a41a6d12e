import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleOf } from '@meridian/runtime';
import { Check, Default } from 'typebox/value';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfig, type ReceiverConfig, receiverConfig } from '../../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-receiver-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const validConfig = {
  apiUrl: 'https://meet.example.org/api',
  credential: `mrk_RC_one_${'Aa0-_'.repeat(8)}xyz`,
  site: 'school-12',
  filesDir: join(folder, 'files'),
  stateDir: join(folder, 'state'),
};
const filled = (set: object): ReceiverConfig =>
  Default(receiverConfig, Object.assign({}, validConfig, set)) as unknown as ReceiverConfig;
const issuesOf = (set: object) => {
  const config = filled(set);
  expect(Check(receiverConfig, config)).toBe(true);
  return checkConfig(config).map(({ key, isWarning = false }) => ({ key, isWarning }));
};

const serveListen = { ip: '10.12.0.5', port: 7897 };
const serving = { serveListen, serveUrl: 'http://10.12.0.5:7897' };

describe('a receiver', () => {
  it.each([
    ['only the required keys', {}],
    ['serving a private network in the clear', serving],
    ['serving by a proxy that ends TLS', { serveListen, serveUrl: 'https://files.example.org' }],
    ['on one machine with the api', { apiUrl: 'http://127.0.0.1:7800/api' }],
    ['telling a system of the site', { notifyUrl: 'http://10.12.0.9/files' }],
  ])('accepts %s without an issue', (_what, set) => {
    expect(issuesOf(set)).toEqual([]);
  });

  it.each([
    ['a malformed credential', { credential: 'mrk_short' }],
    ['a credential with a blank', { credential: `${validConfig.credential} ` }],
    ['no site', { site: '' }],
    ['a site with a slash', { site: 'a/b' }],
    ['an address of another protocol', { apiUrl: 'ftp://meet.example.org' }],
    ['a serving address with a path', { serveListen, serveUrl: 'http://10.12.0.5:7897/x' }],
    ['no parallel files', { parallel: 0 }],
    ['too many parallel files', { parallel: 33 }],
    ['too little room', { bytesMax: 1024 }],
  ])('refuses %s', (_what, set) => {
    expect(Check(receiverConfig, filled(set))).toBe(false);
  });

  it.each([
    ['serving without an address for others', { serveListen }, 'serveUrl', false],
    ['an address for others without serving', { serveUrl: serving.serveUrl }, 'serveUrl', false],
    ['a user in the api’s address', { apiUrl: 'https://me@meet.example.org/api' }, 'apiUrl', false],
    ['a query in the api’s address', { apiUrl: 'https://meet.example.org/api?x' }, 'apiUrl', false],
    ['the api in the clear', { apiUrl: 'http://meet.example.org/api' }, 'apiUrl', true],
    ['serving everywhere in the clear', { serveListen, serveUrl: 'http://203.0.113.5:7897' }, 'serveUrl', true],
    ['a name in the clear', { serveListen, serveUrl: 'http://files.example.org' }, 'serveUrl', true],
    ['a port out of range', { serveListen, serveUrl: 'http://10.12.0.5:78970' }, 'serveUrl', false],
    ['files where nothing can be', { filesDir: '/dev/null/files' }, 'filesDir', false],
    [
      'one port for neighbours and metrics',
      Object.assign({ metricsHost: '10.12.0.5', metricsPort: 7897 }, serving),
      'metricsPort',
      false,
    ],
  ])('names the problem with %s', (_what, set, key, isWarning) => {
    expect(issuesOf(set)).toEqual([{ key, isWarning }]);
  });

  it('has valid examples', () => {
    for (const [name, schema] of Object.entries(receiverConfig.properties)) {
      const example = exampleOf(schema);
      if (example !== undefined) expect({ name, taken: Check(schema, example) }).toEqual({ name, taken: true });
    }
  });
});
