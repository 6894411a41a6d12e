// Reports a room's number of viewers at this gateway to the room, as attributes of a hidden session: the report
// outlasts the room's owner, and ends with the gateway.
import { SessionClient } from '@meridian/client';
import type { Tokens } from '@meridian/node-shell';
import {
  areSameViewers,
  noViewers,
  PlaceShares,
  type RoomKey,
  type Viewers,
  viewersToAttributes,
} from '@meridian/protocol';
import type { SignalingLinks } from '@meridian/room-media';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { holderOfRoom } from '../holder.ts';
import type { WatchedRoom } from './live-rooms.ts';

/** Minimum interval of reports to a room; clients get updates as often. */
export const REPORT_MS = 1000;
/** Time that the session outlives the last viewer, so that a reloaded page finds it. */
const IDLE_MS = 10_000;
const REOPEN_MS = 30_000;
/** Bound of reported rooms, half of them for a tenant alone: above the number of programmes. Others get no report. */
export const REPORTED_ROOMS_MAX = 1000;
const TOKEN_MS = 60_000;

export interface ViewerReportsOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names this gateway's session in rooms: a restarted gateway replaces its old session. */
  readonly nodeId: string;
}

export class ViewerReports {
  readonly #o: ViewerReportsOptions;
  readonly #reports = new Map<RoomKey, ViewerReport>();
  readonly #shares = new PlaceShares({ total: REPORTED_ROOMS_MAX });
  #isClosed = false;

  constructor(o: ViewerReportsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#reports.size;
  }

  changed(roomKey: RoomKey, room: WatchedRoom, viewers: Viewers): void {
    let report = this.#reports.get(roomKey);
    if (report === undefined) {
      const holder = holderOfRoom(roomKey);
      if (viewers.size === 0 || this.#isClosed || !this.#shares.hasPlace(holder)) return;
      const leave = this.#shares.enter(holder);
      report = new ViewerReport(this.#o, room, () => {
        leave();
        this.#reports.delete(roomKey);
      });
      this.#reports.set(roomKey, report);
    }
    report.update(viewers);
  }

  close(): void {
    this.#isClosed = true;
    for (const report of this.#reports.values()) report.close();
  }
}

class ViewerReport {
  readonly #o: ViewerReportsOptions;
  readonly #room: WatchedRoom;
  readonly #onClosed: () => void;
  #session: SessionClient | undefined;
  #viewers: Viewers = noViewers;
  /** Viewers that the service has acknowledged. */
  #acknowledged: Viewers = noViewers;
  /** All protocols that may have been reported: ended protocols must be reset. */
  readonly #reportedProtocols = new Map<string, number>();
  #pause: Timer | undefined;
  #idle: Timer | undefined;
  #isClosed = false;

  constructor(o: ViewerReportsOptions, room: WatchedRoom, onClosed: () => void) {
    this.#o = o;
    this.#room = room;
    this.#onClosed = onClosed;
    this.#open();
  }

  update(viewers: Viewers): void {
    this.#viewers = viewers;
    this.#idle?.cancel();
    this.#idle = viewers.size > 0 ? undefined : this.#o.clock.after(IDLE_MS, () => this.close());
    this.#send();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pause?.cancel();
    this.#idle?.cancel();
    this.#session?.leave();
    this.#onClosed();
  }

  #open(): void {
    const { links, tokens, nodeId, clock, log } = this.#o;
    const { apiKey, room, fence } = this.#room;
    const claims = { identity: `viewers at ${nodeId}`, name: '', room, fence, lifetimeMs: TOKEN_MS };
    const rights = { canPublish: false, canSubscribe: false, hidden: true, canUpdateOwnMetadata: true };
    const session = new SessionClient({
      sockets: links.sockets({ clientIp: '' }),
      token: () => tokens.mint(apiKey, { ...claims, ...rights }),
      sdk: 'gateway/1',
      manualSubscribe: true,
    });
    this.#session = session;
    session.on('joined', ({ resumed }) => {
      if (!resumed) this.#acknowledged = noViewers;
      this.#send();
    });
    session.on('disconnected', (reason) => {
      if (this.#isClosed) return;
      log.info({ room, reason }, 'a room gets no reports of its viewers for now');
      this.#session = undefined;
      this.#pause?.cancel();
      this.#pause = clock.after(REOPEN_MS, () => {
        this.#pause = undefined;
        this.#open();
      });
    });
    // `disconnected` reports errors.
    session.connect().catch((error: unknown) => log.debug({ err: error, room }, 'no session for viewers'));
  }

  #send(): void {
    const session = this.#session;
    if (session?.session === undefined || this.#pause !== undefined || this.#isClosed) return;
    const viewers = this.#viewers;
    if (areSameViewers(viewers, this.#acknowledged)) return;
    const attributes = viewersToAttributes(viewers, this.#reportedProtocols);
    for (const protocol of viewers.keys()) this.#reportedProtocols.set(protocol, 0);
    this.#pause = this.#o.clock.after(REPORT_MS, () => {
      this.#pause = undefined;
      this.#send();
    });
    session.updateSelf({ attributes }).then(
      () => {
        this.#acknowledged = viewers;
      },
      (error: unknown) => this.#o.log.debug({ err: error }, 'viewers were not reported; they are reported again'),
    );
  }
}
