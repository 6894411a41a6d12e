// A room's events as a company receives them: signaling nodes own the room one after another, the first is killed with
// undelivered events, and two instances of the api take events.
import { rpc, serve } from '@meridian/protocol';
import { LinkDialer, secureRng, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EventServices, makeEventServices } from '../../../product/api/src/event-services.ts';
import { openStore, type Store } from '../../../product/api/src/store/store.ts';
import { TestClient } from '../../../signaling/test/service/rig/client.ts';
import { type Instance, Rig } from '../../../signaling/test/service/rig/rig.ts';
import { until } from '../../../signaling/test/service/rig/until.ts';

let rig: Rig;
let store: Store;
let api: EventServices[];
let [fra, sgp]: Instance[] = [];
const dialers: LinkDialer[] = [];
let heard: { id: string; event: string; sequence: number; estimated?: boolean; participant?: { identity: string } }[];

beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-fra', { region: 'fra' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
  store = await openStore({ url: 'sqlite::memory:', dir: '.', log: rig.log });
  heard = [];
  const post = async ({ body }: { body: string }) => {
    heard.push(JSON.parse(body));
    return { status: 200, error: '', tookMs: 1, retryAfterMs: 0 };
  };
  const parts = { store, clock: systemClock(), log: rig.log, sealSecret: 's'.repeat(32), post };
  const others = {
    keys: {
      find: async () => undefined,
      signing: async () => undefined,
      fenceOf: async () => '',
      fencesOf: async () => new Map<string, string>(),
    },
    revocations: { add: async () => undefined },
    owners: { list: async () => ({ rooms: [], silent: [] }) },
    addresses: { isRefusedHost: () => false },
    tellLimits: () => undefined,
    region: 'fra',
    nodes: { linkedNodes: () => [], call: () => Promise.reject(new Error('there are no recorders')) },
  };
  api = [
    makeEventServices({ ...parts, ...others, rng: secureRng() }),
    makeEventServices({ ...parts, ...others, rng: secureRng() }),
  ];
  for (const { jobs } of api) jobs.start();
  await api[0]?.endpoints.create('acme', { url: 'https://oa.example' });
});
afterEach(async () => {
  for (const dialer of dialers.splice(0)) dialer.close('the test is over');
  for (const { jobs } of api) await jobs.close();
  await rig.close();
  await store.close();
});

async function link(at: number, to: Instance): Promise<LinkDialer> {
  const credentials = await rig.authority.issueCredentials({ id: `api-${at}`, kind: 'api', region: 'fra' }, 3600_000);
  const dialer = new LinkDialer({
    url: `wss://127.0.0.1:${to.linkPort}`,
    credentials: () => credentials,
    log: rig.log,
    clock: rig.clock,
    rng: secureRng(),
    expect: () => true,
    onLink: (each) => serve(each, rpc.journal, async (message) => (await api[at]?.intake.take(message)) ?? {}),
  });
  dialers.push(dialer);
  return dialer;
}
const join = (at: Instance | undefined, identity: string) =>
  TestClient.join(at?.url ?? '', { identity, join: { fromCity: 'Frankfurt' } });
const story = () =>
  heard.map(({ event, participant, estimated }) =>
    [event, participant?.identity, estimated === true ? '~' : ''].filter(Boolean).join(' '),
  );

it("a room's journal is complete, in order and reported once, although an owner is killed with undelivered events", async () => {
  if (fra === undefined || sgp === undefined) throw new Error('no instances');
  // Events wait at the owner until an api connects.
  const ann = await join(fra, 'ann');
  const bob = await join(sgp, 'bob');
  const eve = await join(sgp, 'eve');
  await ann.publish('TR_annmicrophone1');
  ann.socket.close(1000);
  await until(() => fra?.journal.size === 7, 'the owner has journalled all that');
  const first = await link(0, fra);
  await until(() => story().includes('participant_left ann'), 'the company hears that ann has left');
  await until(() => fra?.journal.size === 0, 'the owner knows that it is stored');

  // The last events of the first owner reach no api.
  first.close('the api is away');
  await until(() => fra?.api.isLinked === false, 'the link has ended');
  const cyd = await join(sgp, 'cyd');
  eve.socket.close(1000);
  await until(() => fra?.journal.size === 2, 'the owner knows');
  await fra.kill();
  await link(1, sgp);
  await until(() => story().includes('participant_left eve ~'), 'the new owner has said which people are here', 15_000);

  const dan = await join(sgp, 'dan');
  for (const one of [bob, cyd, dan]) one.socket.close(1000);
  await until(() => story().includes('room_finished'), 'the room is over', 30_000);
  expect(story().slice(0, 6)).toEqual([
    ...['room_started', 'participant_joined ann', 'participant_joined bob', 'participant_joined eve'],
    ...['track_published ann', 'track_unpublished ann'],
  ]);
  expect(story()[6]).toBe('participant_left ann');
  expect(story().slice(7, 9).sort()).toEqual(['participant_joined cyd', 'participant_left eve ~']);
  expect(story()[9]).toBe('participant_joined dan');
  expect(story().slice(10, 13).sort()).toEqual([
    ...['participant_left bob', 'participant_left cyd', 'participant_left dan'],
  ]);
  expect(story().slice(13)).toEqual(['room_finished']);
  expect(heard.map(({ sequence }) => sequence)).toEqual(heard.map((_, index) => index + 1));
  expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length);
});
