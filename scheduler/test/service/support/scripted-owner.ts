// A signaling node that owns rooms and moves people on the centre's order, as a test scripts: at once, late, never, or
// with a refusal.
import { type ErrorCode, MeridianError, rpc, serve, type wire } from '@meridian/protocol';
import type { CentreAddress } from './centre.ts';
import { FakeNode, frankfurt, type NodeOptions, newSession } from './fake-node.ts';

/** Outcome of an order: a code to refuse with, 'never' for no answer at all, or undefined to move the session. */
export type Script = (order: wire.MoveSession) => Promise<string | undefined> | string | undefined;

export class ScriptedOwner {
  readonly signaling: FakeNode;
  readonly orders: wire.MoveSession[] = [];
  /** Unanswered orders, and their peak. */
  readonly open = { now: 0, most: 0, rooms: new Set<string>(), roomsTwice: 0 };
  script: Script = () => undefined;
  readonly #nodes: ReadonlyMap<string, FakeNode>;
  readonly #joinedSessions = new Map<string, { readonly roomKey: string; readonly epoch: number }>();
  readonly #moving = new Set<string>();

  static async start(centre: CentreAddress, nodes: readonly FakeNode[], options: Partial<NodeOptions> = {}) {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const created: { owner?: ScriptedOwner } = {};
    const signaling = await FakeNode.start(
      centre,
      { id: 'sig-own', kind: 'signaling', ...frankfurt, ...options },
      undefined,
      (link) => serve(link, rpc.moveSession, (order) => created.owner?.take(order) ?? {}),
    );
    created.owner = new ScriptedOwner(signaling, byId);
    return created.owner;
  }

  private constructor(signaling: FakeNode, nodes: ReadonlyMap<string, FakeNode>) {
    this.signaling = signaling;
    this.#nodes = nodes;
  }

  /** Joins a client: placed by the centre, attached at its decision. */
  async join(roomKey: string, ask: wire.PlaceRequest.$Properties = { fromCity: 'frankfurt' }) {
    const sessionId = newSession();
    const placed = await this.signaling.place({ roomKey, sessionId, ...ask });
    if (!placed.ok) throw new Error(`not placed: ${placed.code} ${placed.reasons.join('; ')}`);
    this.#attach(placed.nodeId, { roomKey, sessionId, decisionId: placed.decisionId }, placed.lease);
    const epoch = Number(placed.lease?.epoch ?? 0);
    this.#joinedSessions.set(sessionId, { roomKey, epoch });
    return { sessionId, roomKey, nodeId: placed.nodeId, epoch };
  }

  nodeIdOf(sessionId: string): string[] {
    return [...this.#nodes.values()].filter((node) => node.sessionIds().includes(sessionId)).map(({ id }) => id);
  }

  async take(order: wire.MoveSession): Promise<wire.Empty.$Properties> {
    this.orders.push(order);
    const { roomKey, sessionId, decisionId, toNodeId, lease } = order;
    const refusal = this.#refusalOf(order);
    if (refusal !== undefined) throw new MeridianError(refusal);
    if (this.nodeIdOf(sessionId).includes(toNodeId)) return {};
    this.#moving.add(sessionId);
    if (this.open.rooms.has(roomKey)) this.open.roomsTwice += 1;
    this.open.rooms.add(roomKey);
    this.open.now += 1;
    this.open.most = Math.max(this.open.most, this.open.now);
    try {
      const code = await this.script(order);
      if (code === 'never') return await new Promise(() => undefined);
      if (code !== undefined) throw new MeridianError(code as 'EPOCH_STALE');
      this.#attach(toNodeId, { roomKey, sessionId, decisionId }, lease);
      for (const node of this.#nodes.values()) if (node.id !== toNodeId) node.detach({ roomKey, sessionId });
      return {};
    } finally {
      this.#moving.delete(sessionId);
      this.open.rooms.delete(roomKey);
      this.open.now -= 1;
    }
  }

  #refusalOf({ roomKey, sessionId, toNodeId, lease }: wire.MoveSession): ErrorCode | undefined {
    const sessionsOfRoom = [...this.#joinedSessions.values()].filter((one) => one.roomKey === roomKey);
    if (sessionsOfRoom.length === 0) return 'ROOM_OWNER_LOST';
    if (sessionsOfRoom.every(({ epoch }) => epoch !== Number(lease?.epoch ?? 0))) return 'EPOCH_STALE';
    if (this.#joinedSessions.get(sessionId)?.roomKey !== roomKey) return 'SESSION_UNKNOWN';
    if (this.#moving.has(sessionId)) return 'MOVE_UNDER_WAY';
    return this.#nodes.has(toNodeId) ? undefined : 'NODE_UNREACHABLE';
  }

  close(): void {
    this.signaling.close();
  }

  #attach(
    nodeId: string,
    o: { roomKey: string; sessionId: string; decisionId: string },
    lease: wire.RoomLease.$Properties | null | undefined,
  ): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) throw new Error(`there is no node ${nodeId} in this test`);
    node.attach({ ...o, ownerId: lease?.ownerId ?? '', epoch: Number(lease?.epoch ?? 0) });
  }
}
