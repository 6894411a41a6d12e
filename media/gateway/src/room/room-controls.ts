// Roster and administration of a room for clients without signaling, by a hidden session that all requests share.
import { SessionClient } from '@meridian/client';
import type { Tokens } from '@meridian/node-shell';
import { type Holder, MeridianError, PlaceShares } from '@meridian/protocol';
import type { SignalingLinks } from '@meridian/room-media';
import type { Clock, Timer } from '@meridian/runtime';

/** Bound of one gateway; each control has a session. */
export const ROOM_CONTROLS_MAX = 1000;
/** A person looks at a few rooms at once; an address is an office. */
const SHARES = { total: ROOM_CONTROLS_MAX, perPerson: 10, perAddress: 100 };
/** Time after its last request at which a control ends: longer than the usual pause between requests. */
const IDLE_MS = 30_000;
const TOKEN_MS = 60_000;

export interface RoomControlsOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** Id of this gateway, which makes its controls' identities unique in a room. */
  readonly nodeId: string;
}
export interface ControlledRoom {
  readonly apiKey: string;
  readonly room: string;
  readonly fence: string;
}
export interface ControlledParticipant {
  readonly identity: string;
  readonly name: string;
  /** Gateway protocol of the participant: `rtmp`; `''` for browsers and apps. */
  readonly protocol: string;
  /** Sources of the tracks: `camera`, `microphone`. */
  readonly publishing: readonly string[];
  readonly muted: readonly string[];
}
export interface RoomView {
  readonly version: number;
  readonly participants: readonly ControlledParticipant[];
  /** Number of viewers by protocol, including those in `participants`. */
  readonly viewers: Readonly<Record<string, number>>;
}

export class RoomControls {
  readonly #o: RoomControlsOptions;
  readonly #controls = new Map<string, Promise<RoomControl>>();
  readonly #shares = new PlaceShares(SHARES);
  #opened = 0;
  #isClosed = false;

  constructor(o: RoomControlsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#controls.size;
  }

  /** Opens the joined control of a room. Rejects with errors of the join, and as `PlaceShares.enter` does. */
  async open({ apiKey, room, fence }: ControlledRoom, holder: Holder): Promise<RoomControl> {
    const name = JSON.stringify([apiKey, room, fence]);
    const present = this.#controls.get(name);
    if (present !== undefined) return present;
    if (this.#isClosed) throw new MeridianError('OVERLOADED', 'this gateway looks at no more rooms');
    const leave = this.#shares.enter(holder);
    const { tokens, clock, links, nodeId } = this.#o;
    this.#opened += 1;
    const claims = { identity: `desk ${this.#opened} at ${nodeId}`, name: '', room, fence, lifetimeMs: TOKEN_MS };
    const rights = { canPublish: false, canSubscribe: false, hidden: true, admin: true };
    const forget = (): void => {
      leave();
      if (this.#controls.get(name) === control) this.#controls.delete(name);
    };
    const control = RoomControl.open({
      links,
      clock,
      onClosed: forget,
      token: () => tokens.mint(apiKey, { ...claims, ...rights }),
    });
    this.#controls.set(name, control);
    control.catch(forget);
    return control;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const controls = await Promise.allSettled(this.#controls.values());
    for (const control of controls) if (control.status === 'fulfilled') control.value.close();
  }
}

interface RoomControlOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  onClosed(): void;
}

export class RoomControl {
  readonly #o: RoomControlOptions;
  readonly #session: SessionClient;
  readonly #waiting = new Set<() => void>();
  #version: number;
  #idle: Timer | undefined;
  #isClosed = false;

  static async open(o: RoomControlOptions): Promise<RoomControl> {
    const control = new RoomControl(o);
    try {
      await control.#session.connect();
    } catch (error) {
      control.close();
      throw error;
    }
    control.#touch();
    return control;
  }

  private constructor(o: RoomControlOptions) {
    this.#o = o;
    // A start by the clock makes versions of an earlier control differ, so their requests are answered at once.
    this.#version = Math.floor(o.clock.wallMs() / 1000) % 1_000_000_000;
    this.#session = new SessionClient({
      sockets: o.links.sockets({ clientIp: '' }),
      token: o.token,
      sdk: 'gateway/1',
      manualSubscribe: true,
    });
    for (const event of ['joined', 'rosterChanged'] as const) this.#session.on(event, () => this.#changed());
    this.#session.on('disconnected', () => this.close());
  }

  get view(): RoomView {
    this.#touch();
    const participants = this.#others.map(({ identity, name, protocol, tracks }) => {
      const all = [...tracks.values()];
      const sources = (some: typeof all): string[] => [...new Set(some.map(({ source }) => source))].sort();
      const muted = sources(all.filter((track) => track.muted));
      return { identity, name, protocol: protocol ?? '', publishing: sources(all), muted };
    });
    participants.sort((a, b) => (a.identity < b.identity ? -1 : 1));
    const viewers = Object.fromEntries(this.#session.roster.viewers);
    return { version: this.#version, participants, viewers };
  }

  /** Resolves when the version is no longer `version`, after `waitMs`, or when `gone` aborts or the control closes. */
  async changed(version: number, waitMs: number, gone: AbortSignal): Promise<void> {
    this.#touch();
    if (this.#version !== version || gone.aborted || this.#isClosed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(waitMs, resolve);
    gone.addEventListener('abort', () => resolve(), { once: true });
    this.#waiting.add(resolve);
    await promise;
    timer.cancel();
    this.#waiting.delete(resolve);
    this.#touch();
  }

  /**
   * Mutes a participant's tracks of a source. Rejects with PARTICIPANT_UNKNOWN, TRACK_UNKNOWN without such a track, and
   * as `SessionClient.request` does.
   */
  async mute(identity: string, source: string): Promise<void> {
    const { sessionId, tracks } = this.#participant(identity);
    const all = [...tracks.values()].filter((track) => track.source === source);
    if (all.length === 0) throw new MeridianError('TRACK_UNKNOWN', `no ${source} is published by this participant`);
    for (const { trackId } of all) await this.#session.request({ muteParticipant: { sessionId, trackId } });
  }

  /** Removes a participant. Rejects with PARTICIPANT_UNKNOWN, and as `SessionClient.request` does. */
  async kick(identity: string, reason: string): Promise<void> {
    await this.#session.request({ kick: { sessionId: this.#participant(identity).sessionId, reason } });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#idle?.cancel();
    this.#session.leave();
    this.#wake();
    this.#o.onClosed();
  }

  get #others() {
    return this.#session.roster.others();
  }

  #participant(identity: string) {
    this.#touch();
    const participant = this.#others.find((one) => one.identity === identity);
    if (participant === undefined) throw new MeridianError('PARTICIPANT_UNKNOWN');
    return participant;
  }

  #changed(): void {
    this.#version += 1;
    this.#wake();
  }

  #touch(): void {
    this.#idle?.cancel();
    if (this.#isClosed) return;
    this.#idle = this.#o.clock.after(IDLE_MS, () => {
      if (this.#waiting.size === 0) this.close();
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
