import { TargetAddresses } from '@meridian/node-shell';
import { createLogger, ManualClock } from '@meridian/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/core/cdn/target.ts';

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return 'fine';
};

describe('a URL is refused', () => {
  it.each([
    ['of another protocol', 'http://cdn.example/live/key'],
    ['of a protocol that Object has', 'constructor://cdn.example/live/key'],
    ['without a protocol', 'live/key'],
    ['that is empty', ''],
    ['without a host', 'rtmp:///live/key'],
    ['with a user', 'rtmp://me@cdn.example/live/key'],
    ['with a password', 'rtmp://me:secret@cdn.example/live/key'],
    ['with a fragment', 'rtmp://cdn.example/live/key#part'],
    ['without a stream', 'rtmp://cdn.example/live'],
    ['with an empty stream', 'rtmp://cdn.example/live/'],
    ['with an empty application', 'rtmp://cdn.example//key'],
    ['with an invalid port', 'rtmp://cdn.example:65536/live/key'],
    ['with a host of other characters', 'rtmp://cdn%2eexample/live/key'],
    ['with a line break in its host', 'rtmp://cdn%0d%0aexample/live/key'],
    ['with a zone', 'rtmp://[fe80::1%25eth0]/live/key'],
  ])('%s', (_what, url) => {
    expect(codeOf(() => parseTarget(url))).toBe('REQUEST_INVALID');
  });
  it.each([0, 22, 25, 80, 1023])('with the port %i', (port) => {
    expect(codeOf(() => parseTarget(`rtmp://cdn.example:${port}/live/key`))).toBe('TARGET_REFUSED');
  });
});

it('a target is parsed from its URL, and its secret appears only in sent data', () => {
  expect(parseTarget('RTMPS://CDN.example:1443/a/b/key?sign=x/y')).toEqual({
    isTls: true,
    host: 'cdn.example',
    port: 1443,
    app: 'a/b',
    streamName: 'key?sign=x/y',
    tcUrl: 'rtmps://cdn.example:1443/a/b',
    redactedUrl: 'rtmps://cdn.example:1443/a/b/***',
    id: 'rtmps://cdn.example:1443/a/b/key?sign=x/y',
  });
  expect(parseTarget('rtmp://[2001:DB8::1]/live/key')).toMatchObject({ host: '2001:db8::1', port: 1935 });
  expect(parseTarget('rtmps://cdn.example/live/key').port).toBe(443);
  expect(parseTarget('rtmp://cdn.example:443/live/key').tcUrl).toBe('rtmp://cdn.example:443/live');
});
it('two spellings of a target have one id', () => {
  const ids = ['rtmp://cdn.example/live/key', 'RTMP://CDN.EXAMPLE:1935/live/key', 'rtmp://cdn.example/x/../live/key'];
  expect(new Set(ids.map((url) => parseTarget(url).id)).size).toBe(1);
  expect(parseTarget('rtmp://cdn.example/live/Key').id).not.toBe(parseTarget('rtmp://cdn.example/live/key').id);
});
it('any text is parsed to a target or refused with a code', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.string().map((rest) => `rtmp://${rest}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(['fine', 'REQUEST_INVALID', 'TARGET_REFUSED']).toContain(codeOf(() => parseTarget(text)));
    }),
  );
});

const log = createLogger({ name: 'gateway', level: 'silent' });
const addressesWith = (o: { allowed?: string[]; lookup?: (host: string) => Promise<{ address: string }[]> } = {}) => {
  const clock = new ManualClock();
  return { clock, addresses: new TargetAddresses({ key: 'cdnAllowed', allowed: [], clock, log, ...o }) };
};

describe('an address is internal', () => {
  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.255'],
    ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1'],
    ...['198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.2.3', '240.0.0.1'],
    ...['255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::7f00:1', '64:ff9b::7f00:1'],
    ...['100::1', 'fc00::1', 'fd12::1', 'fe80::1', 'fec0::1', 'ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::1'],
    ...['3fff::1', 'fe80::1%lo', '', 'localhost', '127.1', '0x7f.1', '2130706433', '8.8.8.8 '],
  ])('%s', (address) => {
    expect(addressesWith().addresses.isAllowed(address)).toBe(false);
  });
  it.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.1', '172.32.0.1', '223.255.255.255', '2606:4700::1111'])(
    'but not %s',
    (address) => {
      expect(addressesWith().addresses.isAllowed(address)).toBe(true);
    },
  );
  it('in the IPv6 ranges that contain IPv4 addresses, whatever that address is', () => {
    const { addresses } = addressesWith();
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(addresses.isAllowed(`::ffff:${address}`)).toBe(false);
        expect(addresses.isAllowed(`64:ff9b::${address}`)).toBe(false);
      }),
    );
  });
  it('unless the configuration allows it, in each notation of the address', () => {
    const { addresses } = addressesWith({ allowed: ['127.0.0.0/8', 'fd00::/8'] });
    const all = ['127.0.0.1', '::ffff:127.0.0.1', 'fd12::1', '10.0.0.1', 'fc00::1'];
    expect(all.map((address) => addresses.isAllowed(address))).toEqual([true, true, true, false, false]);
  });
});

describe('a host', () => {
  it.each([
    ['that is unknown', () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))],
    ['without addresses', async () => []],
    ['with internal addresses only', async () => [{ address: '10.0.0.1' }, { address: '::1' }]],
  ])('%s is refused with the same message as any other', async (_what, lookup) => {
    const { addresses, clock } = addressesWith({ lookup });
    const refused = addresses.resolve('cdn.example', 0);
    await expect(refused).rejects.toMatchObject({ code: 'TARGET_REFUSED', message: /unknown, of the inside/ });
    expect(clock.pendingTimers).toBe(0);
  });
  it('whose name is not resolved in time is refused', async () => {
    const { addresses, clock } = addressesWith({ lookup: () => new Promise(() => undefined) });
    const refused = expect(addresses.resolve('cdn.example', 0)).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
    clock.advance(5000);
    await refused;
  });
  it('with several addresses is dialled at one public address after another, never at an internal one', async () => {
    const found = ['10.0.0.1', '8.8.8.8', '2606:4700::1111', '::1'];
    const { addresses } = addressesWith({ lookup: async () => found.map((address) => ({ address })) });
    const dialled = await Promise.all([0, 1, 2].map((attempt) => addresses.resolve('cdn.example', attempt)));
    expect(dialled).toEqual(['8.8.8.8', '2606:4700::1111', '8.8.8.8']);
  });
});

it.each(['127.0.0.1', '127.0.0.0/33', '::/129', '127.0.0.0/', 'inside/8', '1.2.3/8', '127.0.0.0/8/8', '/8'])(
  'the configuration is refused with the range %s',
  (range) => {
    expect(codeOf(() => addressesWith({ allowed: [range] }))).toBe('CONFIG_INVALID');
  },
);
