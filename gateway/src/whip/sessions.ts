// The WHIP sessions of this gateway, by ids that nobody can guess.
import { MeridianError } from '@meridian/protocol';
import { WhipSession, type WhipSessionOptions } from './session.ts';

/**
 * The gateway only signals, so this bounds what its signaling nodes have to hold; a link carries as many
 * (`openedSessionsPerLinkMax`).
 */
export const WHIP_SESSIONS_MAX = 2000;
const ID_BYTES = 18; // 144 bits, in 24 characters of base64url

type Base = Pick<WhipSessionOptions, 'links' | 'clock' | 'rng' | 'log'>;

export class WhipSessions {
  readonly #base: Base;
  readonly #max: number;
  /** Those that are being opened too. */
  readonly #sessions = new Map<string, WhipSession>();
  #isClosed = false;

  constructor({ max = WHIP_SESSIONS_MAX, ...base }: Base & { readonly max?: number }) {
    this.#base = base;
    this.#max = max;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** A session with its id. Rejects as `WhipSession.open`, and with OVERLOADED when there are too many. */
  async open(
    o: Pick<WhipSessionOptions, 'caller' | 'offer' | 'clientIp'>,
  ): Promise<{ readonly id: string; readonly session: WhipSession }> {
    if (this.#sessions.size >= this.#max || this.#isClosed)
      throw new MeridianError('OVERLOADED', 'this gateway takes no more WHIP sessions');
    const id = Buffer.from(this.#base.rng.bytes(ID_BYTES)).toString('base64url');
    const session = new WhipSession({ ...this.#base, ...o, onClosed: () => this.#sessions.delete(id) });
    this.#sessions.set(id, session);
    await session.open();
    return { id, session };
  }

  /** Throws SESSION_UNKNOWN for a session that is over, or never was. */
  get(id: string): WhipSession {
    const session = this.#sessions.get(id);
    if (session?.isOpen !== true) throw new MeridianError('SESSION_UNKNOWN');
    return session;
  }

  /** All participants leave; others may come. */
  end(): void {
    for (const session of [...this.#sessions.values()]) session.close('drained');
  }

  /** All participants leave; idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const session of [...this.#sessions.values()]) session.close('the gateway ends');
  }
}
