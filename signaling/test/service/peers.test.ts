// Tests links between signaling nodes (instances): no instance can speak for another. The rogue instance of these tests
// has a valid certificate of its own.
import { call, type ErrorCode, note, post, rpc, type wire } from '@meridian/protocol';
import { type Link, LinkDialer, secureRng } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestClient } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let fra: Instance;
let sgp: Instance;
let rogue: Link;
let ann: TestClient;
let bob: TestClient;
const dialers: LinkDialer[] = [];
const room = { roomKey: 'acme/lobby', ownerId: 'sig-fra', epoch: 1 };

/** Dials an instance with a certificate of this identity; undefined when it is refused. */
async function dial(instance: Instance, id: string, kind: string): Promise<Link | undefined> {
  const credentials = await rig.authority.issueCredentials({ id, kind, region: 'fra' }, 60_000);
  return new Promise((resolve) => {
    const dialer = new LinkDialer({
      url: `wss://127.0.0.1:${instance.linkPort}`,
      credentials: () => credentials,
      log: rig.log,
      clock: rig.clock,
      rng: secureRng(),
      expect: () => true,
      onLink: resolve,
      onDialFailed: () => resolve(undefined),
    });
    dialers.push(dialer);
  });
}

beforeAll(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1');
  fra = await rig.instance('sig-fra');
  sgp = await rig.instance('sig-sgp');
  await until(() => fra.centre.fleet.has('sig-sgp'), 'the first knows the second');
  ann = await TestClient.join(fra.url, { identity: 'ann', video: { roomAdmin: true } });
  bob = await TestClient.join(sgp.url, { identity: 'bob' });
  await ann.publish('TR_annmicrophone1');
  rogue = (await dial(fra, 'sig-rogue', 'signaling')) as Link;
});
afterAll(async () => {
  for (const dialer of dialers) dialer.close('over');
  await rig.close();
});

const refusal = async (asked: Promise<unknown>): Promise<ErrorCode | 'done'> =>
  asked.then(
    () => 'done' as const,
    (error: unknown) => (error as { code: ErrorCode }).code,
  );
const participant = (o: wire.ParticipantInfo.$Properties): wire.ParticipantInfo.$Properties => ({
  sessionId: 'PA_rogue00000000000',
  identity: 'eve',
  nodeId: 'sfu-1',
  signalingId: 'sig-rogue',
  canPublish: true,
  canSubscribe: true,
  ...o,
});

describe('the listener of an instance', () => {
  it.each(['sfu', 'scheduler', 'edge-probe'])('lets no %s in', async (kind) => {
    expect(await dial(fra, `x-${kind}`, kind)).toBeUndefined();
  });
});

describe('a signaling node that speaks for others', () => {
  it('is refused by the owner, and no client notices', async () => {
    const track = { trackId: 'TR_roguetrack1234', kind: 1 };
    const asked: [ErrorCode, () => Promise<unknown>][] = [
      [
        'IDENTITY_MISMATCH',
        () => call(rogue, rpc.ownerJoin, { room, participant: participant({ signalingId: 'sig-sgp' }) }),
      ],
      [
        'IDENTITY_MISMATCH',
        () =>
          call(rogue, rpc.ownerJoin, { room, participant: participant({ signalingId: 'sig-fra' }), takeover: true }),
      ],
      [
        'SESSION_UNKNOWN',
        () =>
          call(rogue, rpc.ownerJoin, { room, participant: participant({ sessionId: ann.sessionId }), takeover: true }),
      ],
      ['SESSION_UNKNOWN', () => call(rogue, rpc.ownerLeave, { room, sessionId: ann.sessionId })],
      ['SESSION_UNKNOWN', () => call(rogue, rpc.ownerPublish, { room, sessionId: bob.sessionId, track })],
      [
        'SESSION_UNKNOWN',
        () => call(rogue, rpc.ownerUnpublish, { room, sessionId: ann.sessionId, trackId: 'TR_annmicrophone1' }),
      ],
      [
        'SESSION_UNKNOWN',
        () =>
          call(rogue, rpc.ownerMute, {
            room,
            sessionId: ann.sessionId,
            trackId: 'TR_annmicrophone1',
            muted: true,
          }),
      ],
      [
        'SESSION_UNKNOWN',
        () => call(rogue, rpc.ownerAct, { room, bySessionId: ann.sessionId, act: { remove: { identity: 'bob' } } }),
      ],
      [
        'SESSION_UNKNOWN',
        () => call(rogue, rpc.ownerUpdate, { room, participant: participant({ sessionId: bob.sessionId, name: 'x' }) }),
      ],
      [
        'NOT_PERMITTED',
        () => call(rogue, rpc.ownerGrants, { room, pullerNodeId: 'sfu-of-eve', trackIds: ['TR_annmicrophone1'] }),
      ],
      ['EPOCH_STALE', () => call(rogue, rpc.ownerSnapshot, { room: { ...room, epoch: 0 } })],
      [
        'ROOM_OWNER_LOST',
        () => call(rogue, rpc.ownerSnapshot, { room: { ...room, roomKey: 'acme/elsewhere', epoch: 1 } }),
      ],
      ['REQUEST_INVALID', () => call(rogue, rpc.ownerSnapshot, { room: { ...room, roomKey: 'nonsense' } })],
      ['REQUEST_INVALID', () => call(rogue, rpc.ownerSnapshot, {})],
    ];
    rig.centre.giveLease('acme/elsewhere', 'sig-sgp');
    for (const [code, ask] of asked) expect(await refusal(ask())).toBe(code);
    post(rogue, note.ownerQuality, { room, sessionId: ann.sessionId, quality: 1 });
    expect(
      fra.ownedRooms
        .get('acme/lobby')
        ?.snapshot()
        .participants.map((one) => [one.identity, one.quality]),
    ).toEqual([
      ['ann', 'unknown'],
      ['bob', 'unknown'],
    ]);
  });
});

describe('a signaling node whose link ends while the owner opens the room', () => {
  it('has its client admitted only over the next link', async () => {
    const { epoch } = rig.centre.giveLease('acme/slow', 'sig-fra');
    const opening = { roomKey: 'acme/slow', ownerId: 'sig-fra', epoch };
    const join = { room: opening, participant: participant({ signalingId: 'sig-brief' }), takeover: true };
    const before = fra.peers.openCount;
    const brief = (await dial(fra, 'sig-brief', 'signaling')) as Link;
    let go: () => void = () => undefined;
    const [node] = rig.nodes;
    node?.heldAnswers.set(
      'snapshot',
      new Promise<void>((resolve) => {
        go = resolve;
      }),
    );
    const asked = refusal(call(brief, rpc.ownerJoin, join));
    await until(() => node?.called('snapshot').length === 1, 'the owner asks the node for its sessions');
    dialers.at(-1)?.close('the signaling node is gone');
    expect(await asked).toBe('LINK_CLOSED');
    await until(() => fra.peers.openCount === before, 'the owner sees that its link has ended');
    node?.heldAnswers.clear();
    go();
    await until(() => fra.ownedRooms.get('acme/slow') !== undefined, 'the room is open');
    const again = (await dial(fra, 'sig-brief', 'signaling')) as Link;
    // The owner has finished the first request before it answers this one.
    expect((await call(again, rpc.ownerSnapshot, { room: opening })).participants).toEqual([]);
    expect((await call(again, rpc.ownerJoin, join)).roster?.participants).toHaveLength(1);
    // A signaling node that announces hundreds of sessions wants the roster once, after the last of them.
    expect((await call(again, rpc.ownerJoin, { ...join, noRoster: true })).roster ?? undefined).toBeUndefined();
    await call(again, rpc.ownerLeave, { room: opening, sessionId: join.participant.sessionId ?? '' });
    dialers.at(-1)?.close('over');
    await until(() => fra.peers.openCount === before, 'nothing is left of it');
  });
});

describe('a link that comes or goes beside another', () => {
  it('makes the signaling node announce its sessions to the owner, which may have had no link for a moment', async () => {
    const owned = fra.ownedRooms.get('acme/lobby');
    if (owned === undefined) throw new Error('the room is not there');
    const join = vi.spyOn(owned, 'join');
    const named = () => join.mock.calls.filter(([signalingId, o]) => signalingId === 'sig-sgp' && o.takeover).length;
    await dial(sgp, 'sig-fra', 'signaling');
    await until(() => named() === 1, 'the signaling node names its session when the second link comes');
    expect(join.mock.calls[0]?.[1].participant.sessionId).toBe(bob.sessionId);
    dialers.at(-1)?.close('one is enough');
    await until(() => named() === 2, 'the signaling node names its session when one of the two goes');
    join.mockRestore();
  });
});

describe('an instance that does not own the room', () => {
  it('orders and announces nothing in the name of the owner', async () => {
    const before = ann.events().length;
    post(rogue, note.signalingCommand, { room, sessionId: ann.sessionId, disconnect: { code: 'KICKED' } });
    post(rogue, note.signalingEvents, {
      room,
      events: [{ seq: (ann.joined?.rosterSeq ?? 0) + 3, participantLeft: { sessionId: bob.sessionId } }],
    });
    // Under its own name and with an older epoch it owns no room either.
    const own = { roomKey: 'acme/lobby', ownerId: 'sig-rogue', epoch: 0 };
    post(rogue, note.signalingCommand, { room: own, sessionId: ann.sessionId, disconnect: { code: 'KICKED' } });
    post(rogue, note.signalingEvents, {
      room: own,
      events: [{ seq: 1, participantLeft: { sessionId: ann.sessionId } }],
    });
    expect(await refusal(call(rogue, rpc.ownerLeave, { room, sessionId: 'PA_nobody0000000000' }))).toBe(
      'SESSION_UNKNOWN',
    ); // everything before has been read
    expect(ann.events()).toHaveLength(before);
    expect(ann.closed ?? bob.closed).toBeUndefined();
    expect(await ann.outcome({ setTrackMuted: { trackId: 'TR_annmicrophone1', muted: true } })).toBe('ack');
    await until(() => bob.events().some((event) => event.trackMuted), 'the real owner is obeyed as before');
  });
});

describe('an instance that the centre has shut out', () => {
  it('loses its link at once and gets no other; other instances keep theirs', async () => {
    rig.centre.deny('sig-rogue');
    await until(() => rogue.closed, 'its link has ended');
    expect(await dial(fra, 'sig-rogue', 'signaling')).toBeUndefined();
    expect(await dial(fra, 'sig-other', 'signaling')).toBeDefined();
    expect(await ann.outcome({ setTrackMuted: { trackId: 'TR_annmicrophone1', muted: false } })).toBe('ack');
  });

  it('is not dialled, though the plan names it', async () => {
    rig.centre.deny('sig-sgp');
    await until(() => !fra.centre.fleet.has('sig-sgp'), 'it is not in the fleet');
    await until(() => fra.peers.openCount === 1, 'only the link of another one is left');
    expect(fra.peers.ensureLink('sig-sgp')).toBe(false);
    expect(await refusal(fra.peers.call('sig-sgp', rpc.ownerOf, { roomKey: 'acme/lobby' }))).toBe('ROOM_OWNER_LOST');
  });
});
