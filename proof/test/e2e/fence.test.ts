// A tenant binds a room to a region of a real cloud.
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
  it("has sessions only there, even of a far client that connects through another region's signaling node", async () => {
    const regions = ['frankfurt'];
    expect(await join('bound', 'ann', { entry: 'frankfurt', regions })).toBe('sfu-fra-1');
    expect(await join('bound', 'bob', { entry: 'singapore', regions })).toBe('sfu-fra-1');
    expect(await join('bound', 'cid', { entry: 'singapore' })).toBe('sfu-fra-1');
    expect(await join('free', 'dan', { entry: 'singapore' })).toBe('sfu-sgp-1');
  });

  it('refuses a participant whose token allows only other regions, at either signaling node', async () => {
    for (const entry of ['frankfurt', 'singapore'] as const)
      expect(await join('bound', 'eve', { entry, regions: ['singapore'] })).toBe('FENCE_CONFLICT');
  });

  it('admits no participant when its region has no media node', async () => {
    expect(await join('nowhere', 'ann', { entry: 'frankfurt', regions: ['moon'] })).toMatch(/^NO_/);
  });

  it('shows its region in its plan', async () => {
    const plan = await until('the media node has reported it', async () => {
      const { regions, words } = await cloud.roomPlan('dev/bound');
      return regions.length > 0 && { regions, words: words.join('\n') };
    });
    expect(plan).toEqual({ regions: ['frankfurt'], words: expect.stringContaining('It is bound to frankfurt') });
  });
});
