// Takes tracks out of the room, and remembers those whose end the service may not know.
import { asClientError, type Body, report, type ServerFrame } from '@meridian/client';
import { connectionLostCodes } from './lost-codes.ts';

export interface WithdrawalsPorts {
  request(body: Body): Promise<ServerFrame>;
  after(delayMs: number, task: () => void): void;
}

/** Pause after a failed request: an owner of a room is replaced within seconds. */
const retryMs = 1000;

export class Withdrawals {
  readonly #ports: WithdrawalsPorts;
  /** True: a request is under way. */
  readonly #isAskingById = new Map<string, boolean>();

  constructor(ports: WithdrawalsPorts) {
    this.#ports = ports;
  }

  /**
   * Takes a track out of the room. Resolves when the service has done it, or when it will be repeated, since the
   * connection is lost or the service does not answer now. Rejects with any other refusal.
   */
  async withdraw(trackId: string): Promise<void> {
    this.#isAskingById.set(trackId, true);
    try {
      await this.#ports.request({ unpublish: { trackId } });
      this.#isAskingById.delete(trackId);
    } catch (cause) {
      this.#failed(trackId, cause);
    }
  }

  /** Repeats, after a loss of the connection, what the service may not have heard. */
  resync(): void {
    for (const trackId of [...this.#isAskingById.keys()]) this.#repeat(trackId);
  }

  /** Forgets all, because their session is over. */
  clear(): void {
    this.#isAskingById.clear();
  }

  #failed(trackId: string, cause: unknown): void {
    const error = asClientError(cause, 'INTERNAL');
    if (!this.#isAskingById.has(trackId)) return; // the session is over, and the track with it
    this.#isAskingById.set(trackId, false);
    if (connectionLostCodes.has(error.code)) return;
    if (error.retryable) {
      this.#ports.after(Math.max(error.retryAfterMs, retryMs), () => this.#repeat(trackId));
      return;
    }
    this.#isAskingById.delete(trackId);
    // The service has ended the track already, or the room was left.
    if (!['TRACK_UNKNOWN', 'NOT_PERMITTED', 'CONNECTION_CLOSED'].includes(error.code)) throw error;
  }

  #repeat(trackId: string): void {
    if (this.#isAskingById.get(trackId) === false) this.withdraw(trackId).catch(report);
  }
}
