// Which sessions of the fed world are in which room on which hosts, and whose the rooms are. Pure.
import type { wire } from '@meridian/protocol';
import type { FedSession } from './sessions.ts';
import type { FedWorld } from './world.ts';

interface Room {
  readonly sid: string;
  readonly sessions: Set<FedSession>;
  /** Sessions by host. */
  readonly hosts: Map<number, number>;
  owner: Owner;
}

export interface Owner {
  readonly ownerId: string;
  readonly epoch: number;
}

/** A room's paths are shown for so many publishers. */
const PUBLISHERS_SHOWN = 16;

export class Rooms {
  readonly #world: Pick<FedWorld, 'hosts'>;
  readonly #rooms = new Map<string, Room>();

  constructor(world: Pick<FedWorld, 'hosts'>) {
    this.#world = world;
  }

  join(session: FedSession, owner: Owner): void {
    const { roomKey, host } = session;
    const room = this.#rooms.get(roomKey) ?? {
      sid: `RM_${roomKey.replace(/[^a-z0-9]/g, '')}`,
      sessions: new Set(),
      hosts: new Map(),
      owner,
    };
    room.owner = owner;
    room.sessions.add(session);
    room.hosts.set(host, (room.hosts.get(host) ?? 0) + 1);
    this.#rooms.set(roomKey, room);
  }

  /** From the host where it is now; a session that is not in its room changes nothing. */
  leave(session: FedSession): void {
    const room = this.#rooms.get(session.roomKey);
    if (room?.sessions.delete(session) !== true) return;
    const left = (room.hosts.get(session.host) ?? 0) - 1;
    if (left > 0) room.hosts.set(session.host, left);
    else room.hosts.delete(session.host);
    if (room.sessions.size === 0) this.#rooms.delete(session.roomKey);
  }

  /** Hosts of the room besides the session's own, in order. */
  otherHostsOf({ roomKey, host }: FedSession): number[] {
    const hosts = this.#rooms.get(roomKey)?.hosts.keys() ?? [];
    return [...hosts].filter((one) => one !== host).sort((a, b) => a - b);
  }

  ownerOf(roomKey: string): Owner {
    return this.#rooms.get(roomKey)?.owner ?? { ownerId: '', epoch: 0 };
  }

  sidOf(roomKey: string): string {
    return this.#rooms.get(roomKey)?.sid ?? '';
  }

  /** Each other host has each camera from its publisher's host. */
  pathsOf(roomKey: string): wire.TrackPath.$Properties[] {
    const room = this.#rooms.get(roomKey);
    if (room === undefined) return [];
    const nodeOf = (host: number): string => this.#world.hosts[host]?.nodeId ?? '';
    const publishers = [...room.sessions].filter(({ hasCamera }) => hasCamera).slice(0, PUBLISHERS_SHOWN);
    return publishers.flatMap((session) =>
      this.otherHostsOf(session).map((host) => ({
        trackId: `TR_${session.identity}`,
        nodeId: nodeOf(host),
        fromNodeId: nodeOf(session.host),
      })),
    );
  }
}
