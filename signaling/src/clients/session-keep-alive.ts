// Reports to every media node which of its sessions belong here, and their tenants' limits: the node may end sessions
// that are missing in the report (sfu/src/core/session-lease.ts). A media node without a link to this signaling node
// waits as if this node were lost.
import type { TenantLimits } from '@meridian/node-shell';
import { limits, note, partsOfRoomKey, type wire } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import type { NodeLinks } from '../links/nodes.ts';
import type { LocalSession } from './context.ts';

export interface SessionKeepAliveOptions {
  readonly clock: Clock;
  readonly nodes: Pick<NodeLinks, 'openIds' | 'post'>;
  /** Returns joined sessions by id. Joining sessions are young enough to be kept without a report. */
  sessions(): ReadonlyMap<string, Pick<LocalSession, 'sessionId' | 'nodeId' | 'room'>>;
  limitsOf(roomKey: string): TenantLimits;
}

export class SessionKeepAlive {
  readonly #o: SessionKeepAliveOptions;
  readonly #timer: Timer;

  constructor(o: SessionKeepAliveOptions) {
    this.#o = o;
    this.#timer = o.clock.every(limits.sessionRenewMs, () => this.renew());
  }

  /** Reports now: on the timer, or after a change of limits. */
  renew(): void {
    const { nodes, sessions, limitsOf } = this.#o;
    const sessionsByNode = new Map<string, Map<string, string[]>>();
    for (const { sessionId, nodeId, room } of sessions().values()) {
      const rooms = sessionsByNode.get(nodeId) ?? new Map<string, string[]>();
      sessionsByNode.set(nodeId, rooms.set(room.roomKey, [...(rooms.get(room.roomKey) ?? []), sessionId]));
    }
    for (const nodeId of nodes.openIds) {
      const rooms: wire.RoomHeld.$Properties[] = [];
      const tenants = new Map<string, wire.LimitsOfTenant.$Properties>();
      for (const [roomKey, sessionIds] of sessionsByNode.get(nodeId) ?? []) {
        rooms.push({ roomKey, sessionIds });
        const tenant = partsOfRoomKey(roomKey)?.tenant ?? '';
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
