// Contract of a room's owner towards the centre, which orders it to move people, by a signaling node and by the double
// of the centre's own tests.
import type { wire } from '@meridian/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCentre } from '../../../../scheduler/test/service/support/centre.ts';
import { codeOf, FakeNode, frankfurt } from '../../../../scheduler/test/service/support/fake-node.ts';
import { ScriptedOwner } from '../../../../scheduler/test/service/support/scripted-owner.ts';
import { TestClient } from '../../../../signaling/test/service/rig/client.ts';
import { Rig } from '../../../../signaling/test/service/rig/rig.ts';
import { until } from '../../../../signaling/test/service/rig/until.ts';

interface OwnerUnderTest {
  /** Returns the code of the refusal, or 'ok'. */
  move(order: wire.MoveSession.$Properties): Promise<string>;
  /** Session in a room of the owner; `node`: its media node, `other`: another media node. */
  readonly session: { roomKey: string; sessionId: string; epoch: number; node: string; other: string };
  currentNodes(): string[];
  /** Does the client's part of the running move. */
  follow(): Promise<void>;
}

async function scripted(): Promise<OwnerUnderTest> {
  const centre = await startCentre({ developmentCities: true });
  const nodes = await Promise.all(['sfu-1', 'sfu-2'].map((id) => FakeNode.start(centre, { id, ...frankfurt })));
  const owner = await ScriptedOwner.start(centre, nodes);
  onTestFinished(async () => {
    for (const one of [owner, ...nodes, centre]) await one.close();
  });
  const { roomKey, sessionId, nodeId, epoch } = await owner.join('acme/lobby');
  const held = Promise.withResolvers<undefined>();
  owner.script = () => held.promise;
  const given = { decisionId: 'DE_1', reason: 'nearer' };
  return {
    move: (order) =>
      codeOf(owner.take({ ...given, ...order } as wire.MoveSession).then(() => Promise.reject({ code: 'ok' }))),
    session: { roomKey, sessionId, epoch, node: nodeId, other: nodeId === 'sfu-1' ? 'sfu-2' : 'sfu-1' },
    currentNodes: () => owner.nodeIdOf(sessionId),
    follow: async () => held.resolve(undefined),
  };
}

async function signaling(): Promise<OwnerUnderTest> {
  const rig = await Rig.start();
  onTestFinished(() => rig.close());
  const nodes = [await rig.node('sfu-1'), await rig.node('sfu-2')];
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-1');
  const { url } = await rig.instance('sig-1');
  const ann = await TestClient.join(url, { identity: 'ann', join: { fromCity: 'Frankfurt' } });
  const { epoch } = rig.centre.leases.get('acme/lobby') ?? expect.fail('nobody owns the room');
  return {
    move: ({ roomKey, sessionId, toNodeId, lease }) =>
      rig.centre.move(roomKey ?? '', sessionId ?? '', toNodeId ?? '', { to: 'sig-1', epoch: Number(lease?.epoch) }),
    session: { roomKey: 'acme/lobby', sessionId: ann.sessionId, epoch, node: 'sfu-1', other: 'sfu-2' },
    currentNodes: () => nodes.filter(({ sessions }) => sessions.has(ann.sessionId)).map(({ ref }) => ref.nodeId ?? ''),
    follow: async () => {
      const asked = () => ann.heard.flatMap((frame) => frame.moveParticipant ?? []);
      await until(() => asked().length > 0, 'the client is asked to move');
      expect(await ann.outcome({ moveReady: { moveId: asked()[0]?.moveId ?? '', ok: true } })).toBe('ack');
    },
  };
}

describe.each([
  ['the double', scripted],
  ['a signaling node', signaling],
])('contract of owners that move people: %s', (_, make) => {
  const opened = async () => {
    const { session, move, ...subject } = await make();
    const { roomKey, sessionId, epoch, other } = session;
    const lease = { roomKey, epoch };
    return { ...subject, session, move: (o = {}) => move({ roomKey, sessionId, toNodeId: other, lease, ...o }) };
  };

  it('moves a session, which is only at the new node when the order is answered', async () => {
    const { move, follow, currentNodes, session } = await opened();
    const order = move();
    await follow();
    expect([await order, currentNodes()]).toEqual(['ok', [session.other]]);
  });

  it('has at most one move of a session at a time', async () => {
    const { move, follow } = await opened();
    const order = move();
    expect(await move()).toBe('MOVE_UNDER_WAY');
    await follow();
    expect(await order).toBe('ok');
  });

  it('leaves a session that is at the target already', async () => {
    const { move, currentNodes, session } = await opened();
    expect([await move({ toNodeId: session.node }), currentNodes()]).toEqual(['ok', [session.node]]);
  });

  it.each<[string, wire.MoveSession.$Properties]>([
    ['ROOM_OWNER_LOST', { roomKey: 'acme/other' }],
    ['EPOCH_STALE', { lease: { roomKey: 'acme/lobby', epoch: 99 } }],
    ['SESSION_UNKNOWN', { sessionId: 'PA_0000000000000000' }],
    ['NODE_UNREACHABLE', { toNodeId: 'sfu-9' }],
  ])('refuses with %s', async (code, bad) => {
    const { move, currentNodes, session } = await opened();
    expect([await move(bad), currentNodes()]).toEqual([code, [session.node]]);
  });
});
