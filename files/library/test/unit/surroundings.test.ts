// Reads by a node of other nodes and contents from the channels: how often it reads, and what it returns while channels
// are down.
import type { Described } from '@meridian/distribution';
import type { Hub, InboxId, InboxPort } from '@meridian/distribution/streams';
import { MeridianError } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { Surroundings } from '../../src/distribution/surroundings.ts';

const self: Hub = { id: 'lib-1', region: 'fra', publicUrl: 'https://lib-1' };
const of = { content: 'up_film', tenant: 'acme', fence: '' };

function setUp() {
  const clock = new ManualClock();
  const channels = { isUp: true, hubs: [] as Hub[], origins: ['https://lib-9'] as string[] | undefined, asked: 0 };
  const rings = new Set<(inbox: InboxId | undefined) => void>();
  const port = {
    async announce(hub: Hub) {
      if (channels.isUp) channels.hubs = [hub];
    },
    hubs: async () => (channels.isUp ? channels.hubs : []),
    holders: async () => [],
    async described() {
      channels.asked += 1;
      if (!channels.isUp) throw new MeridianError('OVERLOADED');
      return channels.origins && ({ tenant: 'acme', origins: channels.origins } as Described);
    },
    onNotice(wake: (inbox: InboxId | undefined) => void) {
      rings.add(wake);
      return () => void rings.delete(wake);
    },
  } as unknown as InboxPort;
  const surroundings = new Surroundings({ self, port, clock });
  const ring = async (inbox?: InboxId): Promise<void> => {
    for (const wake of rings) wake(inbox);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const originsOf = async (change: object = {}) =>
    (await surroundings.candidatesFor(Object.assign({}, of, change))).origins;
  return { clock, channels, surroundings, ring, originsOf, rings };
}

it('a node is announced as soon as a channel is up, then every ten seconds, and not after its close', async () => {
  const { clock, channels, surroundings, ring, rings } = setUp();
  expect(await surroundings.hubs()).toEqual([]);
  await ring({ tenant: 'acme', receiver: 'RC_1' });
  expect(await surroundings.hubs()).toEqual([]);
  await ring();
  expect(await surroundings.hubs()).toEqual([self]);
  channels.hubs = [];
  clock.advance(10_000);
  expect(channels.hubs).toEqual([self]);
  surroundings.close();
  channels.hubs = [];
  clock.advance(10_000);
  expect([channels.hubs, rings.size]).toEqual([[], 0]);
});

it('the description of a content is read once a minute, since origins change and it may be gone', async () => {
  const { clock, channels, originsOf, surroundings } = setUp();
  expect([await originsOf(), await originsOf({ tenant: 'globex' }), channels.asked]).toEqual([
    ['https://lib-9'],
    [],
    1,
  ]);
  channels.origins = ['https://lib-8'];
  clock.advance(59_999);
  expect(await originsOf()).toEqual(['https://lib-9']);
  clock.advance(1);
  expect(await originsOf()).toEqual(['https://lib-8']);
  channels.origins = undefined;
  clock.advance(60_000);
  expect(await surroundings.described('up_film', 'acme')).toBeUndefined();
});

it('while channels are down, known facts count, and unknown contents are not called missing', async () => {
  const { clock, channels, originsOf, surroundings, ring } = setUp();
  await ring();
  await surroundings.hubs();
  await originsOf();
  channels.isUp = false;
  clock.advance(600_000);
  expect([await originsOf(), await surroundings.hubs()]).toEqual([['https://lib-9'], [self]]);
  expect(await originsOf({ content: 'up_other' })).toEqual([]);
  await expect(surroundings.described('up_other', 'acme')).rejects.toMatchObject({ code: 'OVERLOADED' });
});

it('a removed content is no longer described, whatever channels know', async () => {
  const { channels, surroundings, originsOf } = setUp();
  expect(await originsOf()).toEqual(['https://lib-9']);
  surroundings.forget('up_film');
  expect([await surroundings.described('up_film', 'acme'), await originsOf()]).toEqual([undefined, []]);
  channels.isUp = false;
  expect(await surroundings.described('up_film', 'acme')).toBeUndefined();
  channels.isUp = true;
  expect(await originsOf({ content: 'up_other' })).toEqual(['https://lib-9']);
});
