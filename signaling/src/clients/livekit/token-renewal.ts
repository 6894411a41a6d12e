// Renews a LiveKit client's token while it is in a room, as LiveKit's server does: an SDK joins anew with the last
// token. The new token has the rights of the first, and is revoked with it.
import type { Attributes } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { codeOf } from '../../failures.ts';
import { bounds } from '../../limits.ts';

/** Present name, metadata and attributes of the participant, for its new token. */
export interface SelfDescription {
  readonly name: string;
  readonly metadata: string;
  readonly attributes: Attributes;
}

export interface TokenRenewer {
  /** Returns the end of a valid token. */
  endWallMs(token: string): number;
  /** Returns a token with a later end; throws as `Tokens.renew`. */
  renew(token: string, about: SelfDescription): Promise<string>;
}

export interface TokenRenewalOptions extends TokenRenewer {
  readonly token: string;
  readonly clock: Clock;
  about(): SelfDescription;
  send(token: string): void;
  onFailed(error: unknown): void;
}

/** Renews from its start until it is closed or the token is refused. */
export class TokenRenewal {
  readonly #o: TokenRenewalOptions;
  #token: string;
  #timer: Timer | undefined;
  #closed = false;

  constructor(o: TokenRenewalOptions) {
    this.#o = o;
    this.#token = o.token;
    this.#wait();
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #wait(): void {
    const leftMs = this.#o.endWallMs(this.#token) - this.#o.clock.wallMs() - bounds.liveKitTokenRenewedMs;
    // Bounded because timers cannot exceed some weeks.
    const waitMs = Math.min(Math.max(leftMs, 0), bounds.liveKitTokenMs);
    this.#timer = this.#o.clock.after(waitMs, () => {
      if (leftMs > waitMs) this.#wait();
      else void this.#renew();
    });
  }

  async #renew(): Promise<void> {
    const { about, renew, send, onFailed, clock } = this.#o;
    try {
      this.#token = await renew(this.#token, about());
      if (this.#closed) return;
      send(this.#token);
      this.#wait();
    } catch (error) {
      onFailed(error);
      const code = codeOf(error);
      const isTemporary = code === 'API_UNREACHABLE' || code === 'OVERLOADED';
      if (isTemporary && !this.#closed) this.#timer = clock.after(bounds.liveKitTokenRetryMs, () => void this.#renew());
    }
  }
}
