// WHIP sessions of this gateway, by unguessable id.
import type { KeySource } from '@meridian/node-shell';
import { MeridianError, PlaceShares } from '@meridian/protocol';
import { holderOf } from '../holder.ts';
import type { Publication, Publications } from '../live/publications.ts';
import { WhipSession, type WhipSessionOptions } from './session.ts';

/** Bounds the load of the signaling nodes; a link carries half as many (`openedSessionsPerLinkMax`). */
export const WHIP_SESSIONS_MAX = 4000;
/** A person publishes from some programs at once; an address is an office with an encoder in each hall. */
const SHARES = { perPerson: 10, perAddress: 100 };
const ID_BYTES = 18; // 144 bits, in 24 characters of base64url.

type Base = Pick<WhipSessionOptions, 'links' | 'clock' | 'rng' | 'log'> & {
  readonly publications: Publications;
  readonly apiKeys: Pick<KeySource, 'findKnown'>;
};

export class WhipSessions {
  readonly #base: Omit<Base, 'publications' | 'apiKeys'>;
  readonly #publications: Publications;
  readonly #apiKeys: Base['apiKeys'];
  readonly #shares: PlaceShares;
  /** Includes sessions that are opening. */
  readonly #sessions = new Map<string, WhipSession>();
  #isClosed = false;

  constructor({ max = WHIP_SESSIONS_MAX, publications, apiKeys, ...base }: Base & { readonly max?: number }) {
    this.#base = base;
    this.#publications = publications;
    this.#apiKeys = apiKeys;
    this.#shares = new PlaceShares({ total: max, ...SHARES });
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Rejects as `PlaceShares.enter`, `Publications.begin` and `WhipSession.open` do, and with OVERLOADED at the end. */
  async open(
    o: Pick<WhipSessionOptions, 'caller' | 'offer' | 'clientIp'>,
  ): Promise<{ readonly id: string; readonly session: WhipSession }> {
    const { caller, clientIp } = o;
    const full = new MeridianError('OVERLOADED', 'this gateway takes no more WHIP sessions');
    if (this.#isClosed) throw full;
    const holder = holderOf(this.#apiKeys, { ...caller.publishing, origin: caller.origin }, clientIp);
    const leave = this.#shares.enter(holder);
    let publication: Publication | undefined;
    try {
      publication = await this.#publications.begin(caller.publishing, {
        protocol: caller.protocol,
        clientIp,
        makesKeyFramesOnDemand: true,
      });
      if (this.#isClosed) throw full;
    } catch (error) {
      publication?.end();
      leave();
      throw error;
    }
    const id = Buffer.from(this.#base.rng.bytes(ID_BYTES)).toString('base64url');
    const onClosed = (): void => {
      this.#sessions.delete(id);
      publication.end();
      leave();
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
