// A tenant binds a room to a region, through the whole cloud: tokens, centre, owner, media nodes, each of them the real
// one.
import type { MeridianClientError, SessionClient } from '@meridian/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { token } from '../../../signaling/test/service/rig/client.ts';
import type { TestCloud } from '../support/cloud.ts';
import { headless } from '../support/headless.ts';
import { until } from '../support/poll.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let cloud: TestCloud;
const clients: SessionClient[] = [];
beforeAll(async () => {
  cloud = sharedCloud();
});
afterAll(async () => {
  for (const client of clients) client.leave();
});

type Entry = 'frankfurt' | 'singapore';
async function join(room: string, identity: string, o: { entry: Entry; regions?: string[] }) {
  const fromCity = o.entry === 'frankfurt' ? 'Frankfurt' : 'Singapore';
  const video = o.regions === undefined ? {} : { regions: o.regions };
  const signed = await token({ ...cloud.secrets().devKey, room, identity, video });
  const client = headless(cloud.entryUrl(o.entry), { token: signed, fromCity });
  clients.push(client);
  return client.connect().then(
    ({ placement }) => placement.nodeId,
    ({ code }: MeridianClientError) => code,
  );
}

describe('a room that is bound to a region', () => {
  it('is there alone, also for a far client that comes through a signaling node there', async () => {
    const regions = ['frankfurt'];
    expect(await join('bound', 'ann', { entry: 'frankfurt', regions })).toBe('sfu-fra-1');
    expect(await join('bound', 'bob', { entry: 'singapore', regions })).toBe('sfu-fra-1');
    expect(await join('bound', 'cid', { entry: 'singapore' })).toBe('sfu-fra-1');
    expect(await join('free', 'dan', { entry: 'singapore' })).toBe('sfu-sgp-1');
  });

  it('refuses a participant that may not be there, at either signaling node', async () => {
    for (const entry of ['frankfurt', 'singapore'] as const)
      expect(await join('bound', 'eve', { entry, regions: ['singapore'] })).toBe('FENCE_CONFLICT');
  });

  it('to a region without a media node admits no participant', async () => {
    expect(await join('nowhere', 'ann', { entry: 'frankfurt', regions: ['moon'] })).toMatch(/^NO_/);
  });

  it('says so in its plan', async () => {
    const plan = await until('the media node has reported it', async () => {
      const { regions, words } = await cloud.roomPlan('dev/bound');
      return regions.length > 0 && { regions, words: words.join('\n') };
    });
    expect(plan).toEqual({ regions: ['frankfurt'], words: expect.stringContaining('It is bound to frankfurt') });
  });
});
