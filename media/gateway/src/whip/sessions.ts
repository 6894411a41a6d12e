// WHIP sessions of this gateway, by unguessable id.
import { MeridianError } from '@meridian/protocol';
import type { Publications } from '../live/publications.ts';
import { WhipSession, type WhipSessionOptions } from './session.ts';

/** Bounds the load of the signaling nodes; a link carries as many (`openedSessionsPerLinkMax`). */
export const WHIP_SESSIONS_MAX = 2000;
const ID_BYTES = 18; // 144 bits, in 24 characters of base64url.

type Base = Pick<WhipSessionOptions, 'links' | 'clock' | 'rng' | 'log'> & { readonly publications: Publications };

export class WhipSessions {
  readonly #base: Omit<Base, 'publications'>;
  readonly #publications: Publications;
  readonly #max: number;
  /** Includes sessions that are opening. */
  readonly #sessions = new Map<string, WhipSession>();
  /** Publications that have not begun yet. */
  #beginning = 0;
  #isClosed = false;

  constructor({ max = WHIP_SESSIONS_MAX, publications, ...base }: Base & { readonly max?: number }) {
    this.#base = base;
    this.#publications = publications;
    this.#max = max;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Rejects as `Publications.begin` and `WhipSession.open` do, and with OVERLOADED above the bound. */
  async open(
    o: Pick<WhipSessionOptions, 'caller' | 'offer' | 'clientIp'>,
  ): Promise<{ readonly id: string; readonly session: WhipSession }> {
    const { caller, clientIp } = o;
    const full = new MeridianError('OVERLOADED', 'this gateway takes no more WHIP sessions');
    if (this.#sessions.size + this.#beginning >= this.#max || this.#isClosed) throw full;
    this.#beginning += 1;
    const publication = await this.#publications
      .begin(caller.publishing, { protocol: caller.protocol, clientIp, makesKeyFramesOnDemand: true })
      .finally(() => {
        this.#beginning -= 1;
      });
    if (this.#isClosed) {
      publication.end();
      throw full;
    }
    const id = Buffer.from(this.#base.rng.bytes(ID_BYTES)).toString('base64url');
    const onClosed = (): void => {
      this.#sessions.delete(id);
      publication.end();
    };
    const onReceived: WhipSessionOptions['onReceived'] = (media) => publication.received(media);
    const session = new WhipSession({ ...this.#base, ...o, onClosed, onReceived });
    this.#sessions.set(id, session);
    await session.open();
    return { id, session };
  }

  requestBitrates(): void {
    for (const session of this.#sessions.values()) session.requestBitrates();
  }

  /** Throws SESSION_UNKNOWN for an ended or unknown session. */
  get(id: string): WhipSession {
    const session = this.#sessions.get(id);
    if (session?.isOpen !== true) throw new MeridianError('SESSION_UNKNOWN');
    return session;
  }

  /** Ends all participants; new ones may come. */
  end(): void {
    for (const session of [...this.#sessions.values()]) session.close('drained');
  }

  close(): void {
    this.#isClosed = true;
    for (const session of [...this.#sessions.values()]) session.close('the gateway ends');
  }
}
