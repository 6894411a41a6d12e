// The waiting room over real sockets and links: two signaling nodes, one of which owns the room.
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from './rig/api.ts';
import { joinMessage, TestClient, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let [fra, sgp]: Instance[] = [];
const urlOf = (instance: Instance | undefined): string => instance?.url ?? '';

beforeEach(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-fra', { region: 'fra' });
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
});
afterEach(async () => {
  await rig.close();
});

/** A host in a room that has a lobby. */
async function hostWithLobby(instance = fra): Promise<TestClient> {
  const host = await TestClient.join(urlOf(instance), { identity: 'hanna', video: { roomAdmin: true } });
  expect(await host.outcome({ act: { setRoom: { lobby: true } } })).toBe('ack');
  return host;
}

interface Guest {
  readonly client: TestClient;
  /** The code of its refusal, `joined`, or why its socket closed. */
  readonly outcome: Promise<string>;
  waiting(): wire.Waiting.$Properties[];
}
/** A client that knocks. */
async function guest(identity: string, o: { at?: Instance | undefined; claims?: object } = {}): Promise<Guest> {
  const client = await TestClient.open(urlOf(o.at ?? sgp));
  const shown = await token({ identity, claims: { ...o.claims } });
  const outcome = client.outcome({ join: joinMessage(shown) }).catch((error: Error) => error.message);
  const waiting = () => client.heard.flatMap((frame) => frame.waiting ?? []);
  return { client, outcome, waiting };
}
const waits = (one: Guest) => until(() => one.waiting().length > 0, 'it waits');
const lobbyOf = (client: TestClient): string[] =>
  client.heard
    .flatMap((frame) => (frame.lobby == null ? [] : [frame.lobby]))
    .at(-1)
    ?.waiters?.map((one) => one.identity ?? '') ?? [];
const waitIdOf = (client: TestClient, identity: string): string =>
  client.heard.flatMap((frame) => frame.lobby?.waiters ?? []).findLast((waiter) => waiter.identity === identity)
    ?.waitId ?? '';
const sees = (client: TestClient, ...identities: string[]) =>
  until(
    () => lobbyOf(client).join() === identities.join(),
    `the host sees ${identities.join() || 'no client'} waiting`,
  );
const namesIn = (client: TestClient): string[] =>
  client.events().flatMap((event) => event.participantJoined?.participant?.identity ?? []);

describe('a client in front of a room', () => {
  it('has no seat, is in no roster, and hears nothing of the room, until a host lets it in', async () => {
    const host = await hostWithLobby();
    const gil = await guest('gil');
    await waits(gil);
    await sees(host, 'gil');
    expect(gil.waiting()).toEqual([expect.objectContaining({ reason: 'lobby', hosts: 1 })]);
    expect([node.sessions.size, namesIn(host), rig.centre.asked.length - rig.centre.released.length]).toEqual([
      1,
      [],
      1,
    ]);
    expect(await host.publish('TR_hannasmicrophone')).toBe('published');
    expect(await gil.client.outcome({ sendData: { payload: new Uint8Array(1) } })).toBe('OUT_OF_ORDER');
    expect(await gil.client.outcome({ ping: { sentMs: 1 } })).toBe('pong');
    expect(gil.client.heard.map((frame) => frame.body)).toEqual(['waiting']);
    expect(await host.outcome({ act: { admit: { waitIds: [waitIdOf(host, 'gil')] } } })).toBe('ack');
    expect(await gil.outcome).toBe('joined');
    await until(() => namesIn(host).includes('gil'), 'the room sees it');
    await sees(host);
  });

  it('is refused, and hears so', async () => {
    const host = await hostWithLobby();
    const gil = await guest('gil');
    await sees(host, 'gil');
    await host.outcome({ act: { admit: { waitIds: [waitIdOf(host, 'gil')], refused: true } } });
    expect(await gil.outcome).toBe('NOT_ADMITTED');
    expect(await gil.client.ends()).toEqual({ code: 4403, reason: 'NOT_ADMITTED' });
    await sees(host);
    expect(namesIn(host)).toEqual([]);
  });

  it('is let in with all others, at every signaling node', async () => {
    const host = await hostWithLobby();
    const guests = [await guest('a'), await guest('b', { at: fra }), await guest('c')];
    await until(() => lobbyOf(host).length === 3, 'all wait');
    await host.outcome({ act: { admit: { all: true } } });
    expect(await Promise.all(guests.map((one) => one.outcome))).toEqual(['joined', 'joined', 'joined']);
    await sees(host);
  });

  it('cannot be let in by a waiting client or by an ordinary participant', async () => {
    const host = await hostWithLobby();
    const gil = await guest('gil');
    await sees(host, 'gil');
    await host.outcome({ act: { setRoom: { lobby: false } } });
    expect(await gil.outcome).toBe('joined');
    await host.outcome({ act: { setRoom: { lobby: true } } });
    const bob = await guest('bob');
    await sees(host, 'bob');
    expect(await gil.client.outcome({ act: { admit: { all: true } } })).toBe('NOT_PERMITTED');
    expect(await bob.client.outcome({ act: { admit: { all: true } } })).toBe('OUT_OF_ORDER');
    expect(gil.client.heard.some((frame) => frame.lobby != null)).toBe(false);
  });

  it('that goes away is shown no more', async () => {
    const host = await hostWithLobby();
    const [gil, bob] = [await guest('gil'), await guest('bob', { at: fra })];
    await until(() => lobbyOf(host).length === 2, 'both wait');
    gil.client.socket.terminate();
    await sees(host, 'bob');
    await bob.client.outcome({ leave: {} });
    await sees(host);
    expect(await host.outcome({ act: { admit: { all: true } } })).toBe('ack');
    expect([namesIn(host), node.sessions.size]).toEqual([[], 1]);
  });

  it('hears that the hosts have left, and a host that comes sees it at once', async () => {
    const host = await hostWithLobby();
    const bob = await TestClient.join(urlOf(fra), { identity: 'bob', video: { roomAdmin: true } });
    const gil = await guest('gil');
    await sees(bob, 'gil');
    host.socket.close(1000);
    await until(() => gil.waiting().at(-1)?.hosts === 1, 'one host is left');
    bob.socket.close(1000);
    await until(() => gil.waiting().at(-1)?.hosts === 0, 'no host is left');
    const again = await TestClient.join(urlOf(sgp), { identity: 'hanna', video: { roomAdmin: true } });
    await sees(again, 'gil');
    await again.outcome({ act: { admit: { all: true } } });
    expect(await gil.outcome).toBe('joined');
  });

  it('need not wait again when it comes back, but after it was put out', async () => {
    const host = await hostWithLobby();
    const gil = await guest('gil');
    await sees(host, 'gil');
    await host.outcome({ act: { admit: { all: true } } });
    await gil.outcome;
    gil.client.socket.close(1000);
    await until(() => node.sessions.size === 1, 'gil has left');
    const again = await guest('gil');
    expect([await again.outcome, again.waiting()]).toEqual(['joined', []]);
    await host.outcome({ act: { remove: { identity: 'gil' } } });
    await again.client.ends();
    const third = await guest('gil');
    await waits(third);
    await sees(host, 'gil');
  });
});

it('a token that expires while its bearer waits is good for coming in', async () => {
  const host = await hostWithLobby();
  const client = await TestClient.open(urlOf(sgp));
  const expiresMs = Date.now() + 2000;
  const joining = client.outcome({ join: joinMessage(await token({ identity: 'gil', expiresInS: 2 })) });
  await sees(host, 'gil');
  await until(() => Date.now() > expiresMs, 'the token has expired');
  await host.outcome({ act: { admit: { all: true } } });
  expect(await joining).toBe('joined');
});

describe('the lobby of a running room', () => {
  it('leaves participants inside', async () => {
    const bob = await TestClient.join(urlOf(sgp), { identity: 'bob' });
    const host = await hostWithLobby();
    await host.publish('TR_hannasmicrophone');
    await until(() => bob.tracksReceived().length === 1, 'bob receives the host');
    expect([bob.closed, await bob.outcome({ ping: { sentMs: 1 } })]).toEqual([undefined, 'pong']);
    const gil = await guest('gil');
    await waits(gil);
  });

  it('ends with the room: waiting clients hear so, and may come to the next life of it', async () => {
    const host = await hostWithLobby();
    const gil = await guest('gil');
    await sees(host, 'gil');
    await host.outcome({ act: { admit: { all: true } } });
    await gil.outcome;
    const bob = await guest('bob');
    await sees(host, 'bob');
    fra?.owned.get('acme/lobby')?.command([{ type: 'end', reason: '' }]);
    expect(await bob.outcome).toBe('ROOM_ENDED');
    expect(await host.ends()).toMatchObject({ reason: 'ROOM_ENDED' });
    await until(() => fra?.owned.size === 0, 'the room is given up');
    const again = await guest('gil');
    await waits(again); // let in to the life before
    await again.client.outcome({ leave: {} });
  });

  it('sends waiting clients away when it is locked', async () => {
    const host = await hostWithLobby();
    const gil = await guest('gil');
    await sees(host, 'gil');
    await host.outcome({ act: { setRoom: { locked: true } } });
    expect(await gil.outcome).toBe('ROOM_LOCKED');
    await sees(host);
  });
});

describe('a token that needs the policy of the room', () => {
  it('waits while it is not known what the room allows, until an api does', async () => {
    const gil = await guest('gil', { claims: { needsPolicy: true } });
    await waits(gil);
    const api = new TestApi(rig);
    api.policies.set('acme/lobby', { version: 1 });
    await api.dial(sgp as Instance);
    expect(await gil.outcome).toBe('joined');
    api.close();
  });
});

describe('a token that asks for a host', () => {
  it('waits also where the room has no lobby', async () => {
    const host = await hostWithLobby();
    await host.outcome({ act: { setRoom: { lobby: false } } });
    const gil = await guest('gil', { claims: { lobby: true } });
    await waits(gil);
    await sees(host, 'gil');
    await host.outcome({ act: { admit: { all: true } } });
    expect(await gil.outcome).toBe('joined');
  });
});

describe('when the owner of the room is gone', () => {
  it('waiting clients are announced to the next one in the same order, and let in there', async () => {
    const third = await rig.instance('sig-third', { region: 'sgp' });
    const host = await hostWithLobby(); // sig-fra owns the room
    const bob = await TestClient.join(urlOf(sgp), { identity: 'bob', video: { roomAdmin: true } });
    const guests: Guest[] = [];
    for (const [name, at] of [
      ['a', third],
      ['b', sgp],
      ['c', third],
    ] as const) {
      guests.push(await guest(name, { at }));
      await until(() => lobbyOf(bob).at(-1) === name, `${name} waits`);
    }
    expect(host.joined?.placement?.ownerId).toBe('sig-fra');
    bob.heard.length = 0;
    await fra?.kill();
    await sees(bob, 'a', 'b', 'c');
    expect(await bob.outcome({ act: { admit: { all: true } } })).toBe('ack');
    expect(await Promise.all(guests.map((one) => one.outcome))).toEqual(['joined', 'joined', 'joined']);
  }, 30_000);

  it('no participant has to be in the room for that', async () => {
    const third = await rig.instance('sig-third', { region: 'sgp' });
    const host = await hostWithLobby();
    const gil = await guest('gil', { at: third });
    await sees(host, 'gil');
    host.socket.close(1000);
    await until(() => gil.waiting().at(-1)?.hosts === 0, 'the host has left');
    await fra?.kill();
    const again = await TestClient.join(urlOf(sgp), { identity: 'hanna', video: { roomAdmin: true } });
    await sees(again, 'gil');
  }, 30_000);
});

describe('a signaling node that stops', () => {
  it('asks the waiting clients there to come back elsewhere', async () => {
    const host = await hostWithLobby();
    const gil = await guest('gil');
    await sees(host, 'gil');
    await sgp?.close();
    expect(await gil.outcome).toMatch(/SHUTTING_DOWN/);
    expect(gil.client.disconnect()).toMatchObject({ code: 'SHUTTING_DOWN', reconnect: true });
    const again = await guest('gil', { at: fra });
    await waits(again);
    await sees(host, 'gil');
  });
});
