// What every client connection of this door shares.
import type { ErrorCode } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Access } from '../core/index.ts';
import type { NodeLinks } from '../links/nodes.ts';
import type { CentrePort } from '../ports.ts';
import type { RoomRef } from './at-node.ts';
import type { ClientSession } from './client.ts';
import type { DoorRoom } from './door-room.ts';

export interface TokenCheck {
  access: Access;
  /** Only possible when asked for with `allowExpired`: everything else about the token holds. */
  expired: boolean;
}

export interface DoorContext {
  readonly selfId: string;
  readonly region: string;
  readonly development: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly centre: CentrePort;
  readonly nodes: NodeLinks;
  /** Throws TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_ROOM_MISMATCH, NOT_PERMITTED. */
  verifyToken(token: string, o: { wantedRoom: string; purpose: 'join' | 'administer'; allowExpired: boolean }): Promise<TokenCheck>;
  roomFor(roomKey: string): DoorRoom;
  /** A media node knows a newer owner of the room than this one. */
  staleEpoch(room: RoomRef): void;
  readonly sessions: Map<string, ClientSession>;
  readonly counted: DoorCounters;
}

export interface DoorCounters {
  frame(direction: 'in' | 'out', body: string): void;
  error(code: ErrorCode): void;
  join(result: ErrorCode | 'OK' | 'RESUMED', tookMs: number): void;
}
