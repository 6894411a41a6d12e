// Viewers in the roster of their room, where hosts see and may remove them. A programme receives their media.
import { MeridianClientError, SessionClient } from '@meridian/client';
import type { Tokens } from '@meridian/node-shell';
import type { SignalingLinks } from '@meridian/room-media';
import type { StreamKey } from '../adapters/stream-keys.ts';
import { companionIdentity } from '../companion.ts';

/** Bound of one room at one gateway; later viewers play without being in the roster. */
export const PRESENCES_PER_ROOM_MAX = 200;
const TOKEN_MS = 60_000;

export interface PresencesOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly tokens: Tokens;
}

export interface ViewerInfo {
  readonly protocol: string;
  readonly clientIp: string;
  /** True for a viewer that cannot be redirected, such as a player of RTMP. */
  readonly isBound?: boolean;
}

interface Presence {
  readonly room: string;
  readonly session: SessionClient;
  readonly joined: Promise<unknown>;
  /** Connections of the same viewer; each gets the code when the room removes the viewer. */
  readonly viewers: Set<(code: string) => void>;
}

export class Presences {
  readonly #o: PresencesOptions;
  readonly #presences = new Map<string, Presence>();

  constructor(o: PresencesOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#presences.size;
  }

  /**
   * Adds the key's viewer to the roster, as the identity with `-viewer`; several connections of one viewer are listed
   * once. Returns a function that leaves. Rejects with a permanent refusal, such as KICKED; a full roster lets the
   * viewer watch without being listed. `removed` is called when the room removes the viewer.
   */
  async join(key: StreamKey, place: ViewerInfo, removed: (code: string) => void): Promise<() => void> {
    const room = JSON.stringify([key.apiKey, key.room]);
    const name = JSON.stringify([key.apiKey, key.room, key.identity]);
    const inRoom = [...this.#presences.values()].filter((one) => one.room === room).length;
    const present = this.#presences.get(name);
    if (present === undefined && inRoom >= PRESENCES_PER_ROOM_MAX) return () => undefined;
    const presence = present ?? this.#open(name, room, key, place);
    presence.viewers.add(removed);
    const leave = (): void => {
      presence.viewers.delete(removed);
      if (presence.viewers.size === 0) this.#drop(name, presence);
    };
    try {
      await presence.joined;
    } catch (error) {
      leave();
      if (error instanceof MeridianClientError && error.retryable) return () => undefined;
      throw error;
    }
    return leave;
  }

  #open(name: string, room: string, key: StreamKey, { protocol, clientIp }: ViewerInfo): Presence {
    const identity = companionIdentity(key.identity, 'viewer');
    const { name: shown, fence, origin } = key;
    const claims = { identity, name: shown, room: key.room, fence, origin, lifetimeMs: TOKEN_MS, hidden: false };
    const session = new SessionClient({
      sockets: this.#o.links.sockets({ clientIp }),
      token: () => this.#o.tokens.mint(key.apiKey, { ...claims, canPublish: false, canSubscribe: false }),
      sdk: 'gateway/1',
      protocol,
      manualSubscribe: true,
    });
    const presence: Presence = { room, session, joined: session.connect(), viewers: new Set() };
    this.#presences.set(name, presence);
    session.on('disconnected', (reason, error) => {
      this.#drop(name, presence);
      // The viewer has moved to another gateway, or the room is unreachable for now: this connection continues.
      const code = error?.code ?? reason;
      if (code === 'DUPLICATE_IDENTITY' || code === 'CLIENT_INITIATED' || error?.retryable === true) return;
      for (const removed of presence.viewers) removed(code);
    });
    return presence;
  }

  #drop(name: string, presence: Presence): void {
    if (this.#presences.get(name) === presence) this.#presences.delete(name);
    presence.session.leave();
  }

  close(): void {
    for (const [name, presence] of this.#presences) this.#drop(name, presence);
  }
}
