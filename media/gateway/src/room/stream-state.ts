// Shows the room that a publisher's media have stopped, by an attribute of its session, so that a frozen picture is
// explained. The tracks stay and continue with the next unit.
import type { SessionClient } from '@meridian/client';
import { streamState } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';

/** Silence of stopped media. Viewers are informed within a second; even an encoder at 2 fps sends more often. */
const SILENT_MS = 800;
const LOOK_MS = 100;
/** An encoder that sends more slowly gets this many of its own intervals. */
const INTERVALS = 2;
const INTERVAL_MS_MAX = 5000;

export interface StreamStateOptions {
  readonly session: Pick<SessionClient, 'updateSelf' | 'session'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'debug'>;
}

export class StreamState {
  readonly #o: StreamStateOptions;
  readonly #looks: Timer;
  #heardMs: number | undefined;
  #intervalMs = 0;
  #isStopped = false;
  /** State that the room has last acknowledged. */
  #said = false;
  #isSaying = false;

  constructor(o: StreamStateOptions) {
    this.#o = o;
    this.#looks = o.clock.every(LOOK_MS, () => this.#look());
  }

  heard(): void {
    const nowMs = this.#o.clock.nowMs();
    this.#intervalMs = Math.min(nowMs - (this.#heardMs ?? nowMs), INTERVAL_MS_MAX);
    this.#heardMs = nowMs;
    if (this.#isStopped) this.#set(false);
  }

  gone(): void {
    if (this.#heardMs !== undefined) this.#set(true);
  }

  renewed(): void {
    this.#said = false;
  }

  close(): void {
    this.#looks.cancel();
  }

  #look(): void {
    const { clock } = this.#o;
    const silentMs = this.#heardMs === undefined ? 0 : clock.nowMs() - this.#heardMs;
    this.#set(this.#isStopped || silentMs >= Math.max(SILENT_MS, INTERVALS * this.#intervalMs));
  }

  #set(isStopped: boolean): void {
    this.#isStopped = isStopped;
    const { session, log } = this.#o;
    if (isStopped === this.#said || this.#isSaying || session.session === undefined) return;
    this.#isSaying = true;
    session
      .updateSelf({ attributes: { [streamState.attribute]: isStopped ? streamState.stopped : '' } })
      .then(
        () => {
          this.#said = isStopped;
        },
        (error: unknown) => log.debug({ err: error }, 'a stream state did not reach the room; it is reported again'),
      )
      .finally(() => {
        this.#isSaying = false;
        if (this.#said === isStopped) this.#set(this.#isStopped); // A failed report is repeated at the next check.
      });
  }
}
