// Sources of receivers, and polls for notices.
import type { Presence } from '@meridian/distribution';
import type { Holder, Hub } from '@meridian/distribution/streams';
import { MeridianError } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { Polls, type PollsOptions, WAITING_MAX } from '../../src/distribution/polls.ts';
import { hostedSourcesOf, type SourceCandidates, sourcesOf, supplyOf } from '../../src/distribution/sources.ts';
import type { Surroundings } from '../../src/distribution/surroundings.ts';

const hub = (id: string, region = 'fra'): Hub => ({ id, region, publicUrl: `https://${id}` });
const self = hub('lib-1');
const holder = (id: string, change: Partial<Holder> = {}): Holder =>
  Object.assign(
    { id, kind: 'neighbour' as const, base: `http://${id}`, region: 'fra', site: '', tenant: 'acme' },
    change,
  );
const candidatesOf = (change: Partial<SourceCandidates> = {}): SourceCandidates =>
  Object.assign(
    {
      self,
      hubs: [self, hub('lib-2'), hub('lib-3'), hub('lib-9', 'sgp')],
      holders: [],
      origins: ['https://lib-9/'],
      content: 'up_film',
      tenant: 'acme',
      fence: '',
    },
    change,
  );
const basesOf = (list: readonly { readonly base: string }[]): string[] => list.map(({ base }) => base);

describe('sources of a receiver', () => {
  const me = { id: 'RC_me', site: 'hall', region: 'fra' };
  it('are, in this order, its site, this node, the region’s nodes, neighbours of the region, and origins', () => {
    const holders = [holder('RC_far'), holder('RC_near', { site: 'hall' })];
    const bases = basesOf(sourcesOf(candidatesOf({ holders }), me));
    const at = (one: string): string => `https://${one}/library/distribution`;
    expect(bases.slice(0, 2)).toEqual(['http://RC_near', at('lib-1')]);
    expect(bases.slice(2, 4).toSorted()).toEqual([at('lib-2'), at('lib-3')]);
    expect(bases.slice(4)).toEqual(['http://RC_far', at('lib-9')]);
  });

  it('exclude the receiver, other tenants, neighbours of other regions, and places outside the fence', () => {
    const holders = [
      holder('RC_other', { tenant: 'globex' }),
      holder('RC_abroad', { region: 'sgp' }),
      holder('RC_me', { site: 'hall' }),
    ];
    const bases = basesOf(sourcesOf(candidatesOf({ holders, fence: 'fra', origins: [] }), me));
    expect(bases.filter((base) => base.startsWith('http:'))).toEqual([]);
    expect(bases).not.toContain('https://lib-9/library/distribution');
  });

  it('include neighbours of its own region, also when a node of another region answers', () => {
    const holders = [holder('RC_home', { region: 'sgp' }), holder('RC_there')];
    const bases = basesOf(sourcesOf(candidatesOf({ holders }), Object.assign({}, me, { region: 'sgp' })));
    expect(bases.filter((base) => base.startsWith('http:'))).toEqual(['http://RC_home']);
  });

  it('put a node that has the content before other nodes', () => {
    const holders = [holder('lib-3', { kind: 'library' })];
    expect(basesOf(sourcesOf(candidatesOf({ holders }), me))[1]).toBe('https://lib-3/library/distribution');
  });
});

describe('the supply of a node', () => {
  it('is first one node of the region (a shield), the same for all nodes, then the origin; for the shield only the origin', () => {
    const all = ['lib-1', 'lib-2', 'lib-3'].map((id) => supplyOf(candidatesOf({ self: hub(id) }), { isShield: false }));
    const origin = 'https://lib-9/library/distribution/shield';
    for (const list of all) expect(basesOf(list).at(-1)).toBe(origin);
    const shields = all.map((list) => basesOf(list).slice(0, -1));
    expect(shields.filter((list) => list.length === 0)).toHaveLength(1);
    expect(new Set(shields.flat()).size).toBe(1);
  });

  it('is the origin alone when the node is asked as a shield, so that no two nodes ask each other', () => {
    for (const id of ['lib-1', 'lib-2', 'lib-3'])
      expect(basesOf(supplyOf(candidatesOf({ self: hub(id) }), { isShield: true }))).toEqual([
        'https://lib-9/library/distribution/shield',
      ]);
    const own = candidatesOf({ self: hub('lib-9', 'sgp'), origins: ['https://lib-9', 'https://lib-8'] });
    expect(supplyOf(own, { isShield: true })).toEqual([]);
    expect(basesOf(supplyOf(own, { isShield: false }))).toContain('https://lib-8/library/distribution/shield');
  });
});

describe('sources of a hosted receiver', () => {
  const shield = (id: string): string => `https://${id}/library/distribution/shield`;

  it('exclude the folder of its own node, into which the receiver writes, and neighbours', () => {
    const holders = [holder('RC_near'), holder('lib-1', { kind: 'library' }), holder('lib-3', { kind: 'library' })];
    for (const id of ['lib-1', 'lib-2', 'lib-3']) {
      const bases = basesOf(hostedSourcesOf(candidatesOf({ self: hub(id), holders })));
      expect(bases.filter((base) => !base.startsWith('https://lib-') || base === shield(id))).toEqual([]);
      expect(bases.at(-1)).toBe(shield('lib-9'));
    }
    expect(basesOf(hostedSourcesOf(candidatesOf({ holders })))[0]).toBe(shield('lib-3'));
  });

  it('begin with the node when its store has the content', () => {
    const bases = basesOf(hostedSourcesOf(candidatesOf({ origins: ['https://lib-1/', 'https://lib-9'] })));
    expect([bases[0], bases.at(-1)]).toEqual([shield('lib-1'), shield('lib-9')]);
  });
});

describe('a poll', () => {
  const presence: Presence = { site: '', freeBytes: 1, held: 0, running: 0, owed: 0, version: '1' };
  const session = { tenant: 'acme', receiver: 'RC_1', region: 'fra', fence: 'fra' };
  const open = () => new AbortController().signal;
  function setUp(hubs = candidatesOf().hubs) {
    const clock = new ManualClock();
    const notices: Awaited<ReturnType<PollsOptions['port']['poll']>>['notices'] = [];
    const rings: Parameters<PollsOptions['port']['onNotice']>[0][] = [];
    let asked = 0;
    const port: PollsOptions['port'] = {
      async poll() {
        asked += 1;
        return { notices: [...notices], gone: [] };
      },
      onNotice(wake) {
        rings.push(wake);
        return () => undefined;
      },
      seen: () => keeping,
    };
    let keeping = Promise.resolve();
    const hold = (): (() => void) => {
      const held = Promise.withResolvers<void>();
      keeping = held.promise;
      return held.resolve;
    };
    const surroundings = { self, hubs: async () => hubs } as unknown as Surroundings;
    const polls = new Polls({ port, surroundings, clock, onGiven: () => undefined });
    const ring = (receiver: string, tenant = 'acme'): void => {
      for (const wake of rings) wake({ tenant, receiver });
    };
    const isAsked = (count: number) => expect.poll(() => asked).toBe(count);
    return { clock, polls, notices, ring, isAsked, hold };
  }
  type Notice = ReturnType<typeof setUp>['notices'][number];

  it('waits until its receiver is notified, and its answer names nodes inside the fence, this node first', async () => {
    const { polls, notices, ring, isAsked } = setUp();
    const answer = polls.poll(session, { holding: [], presence }, open());
    await isAsked(1);
    notices.push({ delivery: 'DL_1' } as Notice);
    ring('RC_2');
    ring('RC_1', 'evil');
    await isAsked(1);
    ring('RC_1');
    expect(await answer).toMatchObject({
      notices: [{ delivery: 'DL_1' }],
      hubs: ['https://lib-1', 'https://lib-2', 'https://lib-3'],
    });
    expect(polls.size).toBe(0);
  });

  it('has an answer that names the nodes of the receiver’s region first', async () => {
    const { polls } = setUp();
    const abroad = Object.assign({}, session, { region: 'sgp', fence: '' });
    const { hubs } = await polls.poll(abroad, { holding: [], presence, now: true }, open());
    expect(hubs).toEqual(['https://lib-9', 'https://lib-1', 'https://lib-2', 'https://lib-3']);
  });

  it('is answered with this node even when no channel lists it', async () => {
    const { polls } = setUp([]);
    const { hubs } = await polls.poll(session, { holding: [], presence, now: true }, open());
    expect(hubs).toEqual(['https://lib-1']);
  });

  it('looks for notices again in case a notification is lost, and ends without notices after its time', async () => {
    const { clock, polls, isAsked } = setUp();
    const answer = polls.poll(session, { holding: [], presence }, open());
    for (const count of [1, 2, 3]) {
      await isAsked(count);
      clock.advance(10_000);
    }
    expect((await answer).notices).toEqual([]);
  });

  it('ends at a newer poll of its receiver, and with its client', async () => {
    const { polls, isAsked } = setUp();
    const first = polls.poll(session, { holding: [], presence }, open());
    await isAsked(1);
    const client = new AbortController();
    const second = polls.poll(session, { holding: [], presence }, client.signal);
    expect((await first).notices).toEqual([]);
    expect(polls.size).toBe(1);
    client.abort();
    await second;
    expect(polls.size).toBe(0);
  });

  it('survives a poll of another tenant that names the same receiver', async () => {
    const { polls, ring, notices, isAsked } = setUp();
    const own = polls.poll(session, { holding: [], presence }, open());
    const client = new AbortController();
    const other = polls.poll(Object.assign({}, session, { tenant: 'evil' }), { holding: [], presence }, client.signal);
    await isAsked(2);
    expect(polls.size).toBe(2);
    notices.push({ delivery: 'DL_1' } as Notice);
    ring('RC_1');
    expect((await own).notices).toMatchObject([{ delivery: 'DL_1' }]);
    client.abort();
    expect((await other).notices).toEqual([]);
  });

  it('is found by a newer poll and by a revocation before its presence is stored', async () => {
    const { polls, hold, isAsked } = setUp();
    const goOn = hold();
    const first = polls.poll(session, { holding: [], presence }, open());
    const origin = { tenant: 'acme', apiKey: 'k', tokenId: '', via: 'RC_1', issuedWallMs: 1 };
    const second = polls.poll(Object.assign({ origin }, session), { holding: [], presence }, open());
    const refused = expect(second).rejects.toThrow(new MeridianError('TOKEN_REVOKED').message);
    polls.endRevoked(({ via }) => via === 'RC_1');
    goOn();
    expect((await first).notices).toEqual([]);
    await refused;
    await isAsked(2);
    expect(polls.size).toBe(0);
  });

  it('ends with TOKEN_REVOKED when its token is revoked', async () => {
    const { polls, isAsked } = setUp();
    const origin = { tenant: 'acme', apiKey: 'k', tokenId: '', via: 'RC_1', issuedWallMs: 1 };
    const answer = polls.poll(Object.assign({ origin }, session), { holding: [], presence }, open());
    await isAsked(1);
    polls.endRevoked(({ via }) => via === 'RC_1');
    await expect(answer).rejects.toThrow(new MeridianError('TOKEN_REVOKED').message);
  });

  it('is refused when too many polls with tokens wait, unless it replaces a waiting poll or is of a hosted receiver', async () => {
    const { polls, isAsked } = setUp();
    const origin = { tenant: 'acme', apiKey: 'k', tokenId: '', via: '', issuedWallMs: 1 };
    const begin = (receiver: string, change: object = { origin }) =>
      polls.poll(Object.assign({}, session, { receiver }, change), { holding: [], presence }, open());
    const waiting = Array.from({ length: WAITING_MAX }, (_, at) => begin(`RC_${at}`));
    await isAsked(WAITING_MAX);
    await expect(begin('RC_more')).rejects.toMatchObject({ code: 'OVERLOADED' });
    const others = [begin('RC_0'), begin('RC_hosted', {})];
    expect((await waiting[0])?.notices).toEqual([]);
    expect(polls.size).toBe(WAITING_MAX + 1);
    polls.close();
    await Promise.all([...waiting, ...others]);
    expect(polls.size).toBe(0);
  });

  it('is refused when the node closes', async () => {
    const { polls } = setUp();
    polls.close();
    await expect(polls.poll(session, { holding: [], presence }, open())).rejects.toMatchObject({ code: 'OVERLOADED' });
  });
});
