// How many playbacks a link may begin from an address.
import { expect, it } from 'vitest';
import { STARTS, StartRates } from '../../src/delivery/start-rates.ts';

const linkOf = (via: string, change: object = {}) =>
  Object.assign(
    { tenant: 'acme', contentId: 'up_1', item: 'item_1', viewer: '', origin: { tenant: 'acme', via } },
    change,
  );
type Link = Parameters<StartRates['take']>[0];

function setUp() {
  const rates = new StartRates();
  const take = (link: object, address = '192.0.2.1', nowMs = 0) => rates.take(link as Link, address, nowMs);
  const exhaust = (link: object) => {
    for (let start = 0; start < STARTS.burst; start += 1) take(link);
    expect(() => take(link)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: 60_000 }));
  };
  return { take, exhaust };
}

it('a link begins one playback a minute after its burst', () => {
  const { take, exhaust } = setUp();
  exhaust(linkOf('link-1'));
  expect(() => take(linkOf('link-1'), '192.0.2.1', 59_999)).toThrow();
  take(linkOf('link-1'), '192.0.2.1', 60_000);
});

it.each<[string, object, object, string]>([
  ['another link', linkOf('link-1'), linkOf('link-2'), '192.0.2.1'],
  ['another address', linkOf('link-1'), linkOf('link-1'), '192.0.2.2'],
  ['a link of the same id in another tenant', linkOf('link-1'), linkOf('link-1', { tenant: 'globex' }), '192.0.2.1'],
  ['another viewer of tokens without a link', linkOf('', { viewer: 'a' }), linkOf('', { viewer: 'b' }), '192.0.2.1'],
])('%s has its own bound', (_, exhausted, other, address) => {
  const { take, exhaust } = setUp();
  exhaust(exhausted);
  take(other, address);
});

it('one link has one bound, whatever contents and viewers its tokens name', () => {
  const { take, exhaust } = setUp();
  exhaust(linkOf('link-1'));
  expect(() => take(linkOf('link-1', { contentId: 'up_2', viewer: 'ada' }))).toThrow();
});
