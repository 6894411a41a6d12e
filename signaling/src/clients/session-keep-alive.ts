// Informs every media node which sessions this signaling node speaks for there, and what their tenants may send: what
// the signaling node has forgotten, or could not end, the node may then reap (sfu/src/core/session-lease.ts). A node
// whose link is down receives nothing; it waits for the signaling node as for one that has gone.
import type { TenantLimits } from '@meridian/node-shell';
import { limits, note, partsOf, type wire } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import type { NodeLinks } from '../links/nodes.ts';
import type { LocalSession } from './context.ts';

export interface SessionKeepAliveOptions {
  readonly clock: Clock;
  readonly nodes: Pick<NodeLinks, 'openIds' | 'post'>;
  /** Joined sessions, by id. Those that are joining are young enough to be kept without a word. */
  sessions(): ReadonlyMap<string, Pick<LocalSession, 'sessionId' | 'nodeId' | 'room'>>;
  /** Of the tenant of a room, as they are now. */
  limitsOf(roomKey: string): TenantLimits;
}

export class SessionKeepAlive {
  readonly #o: SessionKeepAliveOptions;
  readonly #timer: Timer;

  constructor(o: SessionKeepAliveOptions) {
    this.#o = o;
    this.#timer = o.clock.every(limits.sessionRenewMs, () => this.renew());
  }

  /** At once, when limits have changed; also called by the timer. */
  renew(): void {
    const { nodes, sessions, limitsOf } = this.#o;
    const ofNode = new Map<string, Map<string, string[]>>();
    for (const { sessionId, nodeId, room } of sessions().values()) {
      const rooms = ofNode.get(nodeId) ?? new Map<string, string[]>();
      ofNode.set(nodeId, rooms.set(room.roomKey, [...(rooms.get(room.roomKey) ?? []), sessionId]));
    }
    for (const nodeId of nodes.openIds) {
      const rooms: wire.RoomHeld.$Properties[] = [];
      const tenants = new Map<string, wire.LimitsOfTenant.$Properties>();
      for (const [roomKey, sessionIds] of ofNode.get(nodeId) ?? []) {
        rooms.push({ roomKey, sessionIds });
        const tenant = partsOf(roomKey)?.tenant ?? '';
        if (!tenants.has(tenant)) tenants.set(tenant, { tenant, limits: limitsOf(roomKey) });
      }
      nodes.post(nodeId, note.sessionsHeld, { rooms, tenants: [...tenants.values()] });
    }
  }

  /** Idempotent. */
  close(): void {
    this.#timer.cancel();
  }
}
