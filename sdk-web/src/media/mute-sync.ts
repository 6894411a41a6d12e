// Brings the mute of a published track at the service to the track's own, by one request at a time, and follows mutes
// by the service. The roster says that a track is muted, not by whom: our requests are remembered until the roster
// shows them, and any other change is the service's.
import { asClientError, report } from '@meridian/client';
import type { LocalTrack } from '../tracks/local-track.ts';
import { connectionLostCodes } from './lost-codes.ts';

export interface MuteSyncOptions {
  readonly track: Pick<LocalTrack, 'isMuted' | 'mute'>;
  /** Asks the service to mute or unmute the track. */
  request(muted: boolean): Promise<unknown>;
  after(delayMs: number, task: () => void): void;
}
interface Request {
  readonly muted: boolean;
}

/** Pause after a failed request: an owner of a room is replaced within seconds. */
const retryMs = 1000;
/** Requests remembered until the roster shows them, far more than it is ever behind; the oldest is forgotten. */
const unshownMax = 32;

export class MuteSync {
  readonly #o: MuteSyncOptions;
  /** Mute of the track in the roster, as announced and as seen since. */
  #shown = false;
  /** Our requests that the roster has not shown yet, oldest first. */
  #unshown: readonly Request[] = [];
  /** Request under way, or waiting to be repeated. */
  #request: Request | undefined;
  #isAccepted = false;
  #isFollowing = false;
  /** True from the loss of the connection until `resync`. */
  #isLost = false;
  #isOver = false;

  constructor(o: MuteSyncOptions) {
    this.#o = o;
  }

  /** Notes the mute with which the track is announced. */
  announced(muted: boolean): void {
    this.#shown = muted;
  }

  /** Begins, when the service has accepted the track. */
  accepted(): void {
    this.#isAccepted = true;
    this.changed();
  }

  /** Sends the track's mute unless the service has it. */
  changed(): void {
    const { isMuted: muted } = this.#o.track;
    const canAsk = this.#isAccepted && !this.#isFollowing && !this.#isLost && !this.#isOver;
    if (!canAsk || this.#request !== undefined || muted === this.#expected) return;
    const request = { muted };
    this.#request = request;
    this.#unshown = [...this.#unshown, request].slice(-unshownMax);
    this.#o.request(muted).then(
      () => this.#answered(request),
      (error: unknown) => this.#failed(request, error),
    );
  }

  /** Takes the track's mute from the roster. A mute that we have not requested is the service's: the track follows. */
  observe(muted: boolean): void {
    const at = this.#unshown.findIndex((one) => one.muted === muted);
    this.#shown = muted;
    this.#unshown = at < 0 ? [] : this.#unshown.slice(at + 1);
    if (at < 0 && muted && !this.#o.track.isMuted) this.#follow();
    else this.changed();
  }

  /** Goes on after a loss of the connection, when the roster has been seen again. */
  resync(): void {
    this.#isLost = false;
    this.#request = undefined;
    this.#unshown = [];
    this.changed();
  }

  end(): void {
    this.#isOver = true;
  }

  /** State that the service has or will have. */
  get #expected(): boolean {
    return this.#unshown.at(-1)?.muted ?? this.#shown;
  }

  #follow(): void {
    this.#isFollowing = true;
    this.#o.track
      .mute()
      .catch(report)
      .finally(() => {
        this.#isFollowing = false;
        this.changed();
      });
  }

  #answered(request: Request): void {
    if (this.#request !== request) return;
    this.#request = undefined;
    this.changed();
  }

  #failed(request: Request, cause: unknown): void {
    if (this.#isOver || this.#request !== request) return;
    const error = asClientError(cause, 'INTERNAL');
    if (error.code === 'TRACK_UNKNOWN' || error.code === 'CONNECTION_CLOSED') {
      this.#isOver = true; // the track has ended at the service
    } else if (connectionLostCodes.has(error.code)) {
      this.#isLost = true;
      this.#request = undefined;
    } else if (error.retryable) {
      this.#o.after(Math.max(error.retryAfterMs, retryMs), () => this.#repeat(request));
    } else {
      this.#forget(request);
      report(error);
    }
  }

  #repeat(request: Request): void {
    if (this.#request !== request) return;
    this.#forget(request);
    this.changed();
  }

  #forget(request: Request): void {
    this.#request = undefined;
    this.#unshown = this.#unshown.filter((one) => one !== request);
  }
}
