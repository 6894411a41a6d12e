// Shows the room that a publisher's media have stopped, by an attribute of its session, so that a frozen picture is
// explained. The tracks stay and continue with the next unit.
import type { SessionClient } from '@meridian/client';
import { streamState } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';

/** Silence of stopped media. Viewers are informed within a second; even an encoder at 2 fps sends more often. */
const SILENT_MS = 800;
const CHECK_MS = 100;
/** An encoder that sends more slowly gets this many of its own intervals. */
const SILENT_INTERVALS = 2;
const INTERVAL_MS_MAX = 5000;

export interface StreamStateOptions {
  readonly session: Pick<SessionClient, 'updateSelf' | 'session'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'debug'>;
}

export class StreamState {
  readonly #o: StreamStateOptions;
  readonly #checkTimer: Timer;
  #lastUnitMs: number | undefined;
  #intervalMs = 0;
  #isStopped = false;
  /** State that the room has last acknowledged. */
  #acknowledged = false;
  #isReporting = false;

  constructor(o: StreamStateOptions) {
    this.#o = o;
    this.#checkTimer = o.clock.every(CHECK_MS, () => this.#check());
  }

  unitReceived(): void {
    const nowMs = this.#o.clock.nowMs();
    this.#intervalMs = Math.min(nowMs - (this.#lastUnitMs ?? nowMs), INTERVAL_MS_MAX);
    this.#lastUnitMs = nowMs;
    if (this.#isStopped) this.#set(false);
  }

  gone(): void {
    if (this.#lastUnitMs !== undefined) this.#set(true);
  }

  sessionRenewed(): void {
    this.#acknowledged = false;
  }

  close(): void {
    this.#checkTimer.cancel();
  }

  #check(): void {
    const { clock } = this.#o;
    const silentMs = this.#lastUnitMs === undefined ? 0 : clock.nowMs() - this.#lastUnitMs;
    this.#set(this.#isStopped || silentMs >= Math.max(SILENT_MS, SILENT_INTERVALS * this.#intervalMs));
  }

  #set(isStopped: boolean): void {
    this.#isStopped = isStopped;
    const { session, log } = this.#o;
    if (isStopped === this.#acknowledged || this.#isReporting || session.session === undefined) return;
    this.#isReporting = true;
    session
      .updateSelf({ attributes: { [streamState.attribute]: isStopped ? streamState.stopped : '' } })
      .then(
        () => {
          this.#acknowledged = isStopped;
        },
        (error: unknown) => log.debug({ err: error }, 'a stream state did not reach the room; it is reported again'),
      )
      .finally(() => {
        this.#isReporting = false;
        if (this.#acknowledged === isStopped) this.#set(this.#isStopped); // The next check repeats a failed report.
      });
  }
}
