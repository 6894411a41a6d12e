// Hosts that may be dialled for others, by their text and by their addresses. Tests of media/gateway list addresses.
import { promisify } from 'node:util';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { httpTargetIssue, TargetAddresses } from '../../src/target-addresses.ts';

const log = createLogger({ name: 'node', level: 'silent' });
function addressesWith(found: readonly (readonly string[])[] = [], allowed: readonly string[] = []) {
  const asked: string[] = [];
  const lookup = async (host: string) => {
    asked.push(host);
    return (found[asked.length - 1] ?? []).map((address) => ({ address }));
  };
  return { asked, addresses: new TargetAddresses({ key: 'k', allowed, clock: new ManualClock(), log, lookup }) };
}

const loopbacks = [
  ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7F.1', '0177.0.0.1', '017700000001', '127.0.0.1.'],
  ...['localhost', 'LocalHost', 'localhost.', 'localhost..', 'a.localhost', '::1', '[::1]', '0:0:0:0:0:0:0:1'],
  ...['::ffff:127.0.0.1', '[::ffff:7f00:1]', '64:ff9b::7f00:1', '2002:7f00:1::', 'fe80::1%lo', '2606:4700::1%lo'],
];

describe('a host that is an address of the inside', () => {
  it.each(loopbacks)('is refused without a look-up: %s', async (host) => {
    const { addresses, asked } = addressesWith([['8.8.8.8']]);
    expect(addresses.isRefusedHost(host)).toBe(true);
    await expect(addresses.resolve(host, 0)).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
    expect(asked).toEqual([]);
  });

  it('may be dialled in each spelling where its range is allowed', async () => {
    const { addresses } = addressesWith([], ['127.0.0.0/8']);
    for (const host of ['127.1', '0x7f.1', 'localhost.', '127.0.0.1'])
      expect([host, addresses.isRefusedHost(host), await addresses.resolve(host, 0)]).toEqual([
        host,
        false,
        '127.0.0.1',
      ]);
  });

  it.each(['example.org', '1.2.3.4.example', '8.8.8.8', '134744072', '[2606:4700::1111]', 'localhost.example', ''])(
    'is not %j',
    (host) => expect(addressesWith().addresses.isRefusedHost(host)).toBe(false),
  );
});

it('a name is looked up once for each connection, and the checked address is the one dialled', async () => {
  const { addresses, asked } = addressesWith([['8.8.8.8'], ['127.0.0.1']]);
  const lookup = promisify(addresses.lookup(() => 0)) as (name: string, o: object) => Promise<unknown>;
  expect(await lookup('rebinding.example', { all: true })).toEqual([{ address: '8.8.8.8', family: 4 }]);
  await expect(lookup('rebinding.example', { all: true })).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
  expect(asked).toEqual(['rebinding.example', 'rebinding.example']);
});

describe('the URL of a target', () => {
  const { addresses } = addressesWith();
  it.each<[string, string | undefined]>([
    ['https://example.org/a?b=c', undefined],
    ['http://127.1/', 'TARGET_REFUSED'],
    ['http://localhost../', 'TARGET_REFUSED'],
    ['http://[::ffff:10.0.0.1]:80/', 'TARGET_REFUSED'],
    ['https://a:b@example.org/', 'REQUEST_INVALID'],
    ['https://example.org/#a', 'REQUEST_INVALID'],
    ['https://example.org:0/', 'REQUEST_INVALID'],
    ['file:///etc/passwd', 'REQUEST_INVALID'],
    ['https://example.org/a\r\nb', 'REQUEST_INVALID'],
    ['https://exam\tple.org/', 'REQUEST_INVALID'],
    [' https://example.org/', 'REQUEST_INVALID'],
    ['https://example.org/\n', 'REQUEST_INVALID'],
    ['https://', 'REQUEST_INVALID'],
    ['', 'REQUEST_INVALID'],
  ])('%j: %s', (url, code) => expect(httpTargetIssue(url, addresses)?.code).toBe(code));
});
