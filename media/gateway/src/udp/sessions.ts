// The native clients of this gateway, by the id that each was given. A request that names an id may do with that
// session what its client may: an id is as secret as a key.
import type { Tokens } from '@meridian/node-shell';
import { type ErrorCode, MeridianError } from '@meridian/protocol';
import type { Publication, Publications } from '../live/publications.ts';
import { demandInFence } from '../room/fence.ts';
import { type SessionEnd, type UdpRequest, UdpSession, type UdpSessionOptions } from './session.ts';

/** Sessions of one gateway: each has two sockets and a place in the room. */
export const SESSIONS_MAX = 1000;
const ID_BYTES = 18;
/** Sessions that have ended lately: their clients may not have asked since. */
const ENDED_MAX = 1000;
/** Of the tokens that sessions go on with when their own have expired. */
const TOKEN_MS = 60_000;

export interface UdpSessionsOptions
  extends Omit<UdpSessionOptions, 'id' | 'token' | 'clientIp' | 'request' | 'publication' | 'onClosed'> {
  readonly tokens: Tokens;
  /** Of this gateway. */
  readonly region: string;
  readonly publications: Publications;
}

export class UdpSessions {
  readonly #o: UdpSessionsOptions;
  readonly #sessions = new Map<string, UdpSession>();
  /** Why, by id. */
  readonly #ended = new Map<string, SessionEnd>();
  #opening = 0;
  #isClosed = false;

  constructor(o: UdpSessionsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#sessions.size + this.#opening;
  }

  /**
   * A session of the token's participant, joined and published. Rejects with what `Tokens.verify` and the join throw,
   * REQUEST_INVALID for one that neither sends nor receives, NOT_PERMITTED for what the token does not grant,
   * FENCED_OUT for a room whose media may not come here, and OVERLOADED above `SESSIONS_MAX`.
   */
  async open(token: string, request: UdpRequest, clientIp: string): Promise<UdpSession> {
    const { tokens, publications, region, ...base } = this.#o;
    const { access, apiKey, origin } = await tokens.verify(token, { allowExpired: false });
    const { canPublish, publishSources, canSubscribe, hidden } = access.rights;
    const publishes = request.publish?.video !== undefined || request.publish?.audio !== undefined;
    if (!publishes && request.subscribe !== true)
      throw new MeridianError('REQUEST_INVALID', 'nothing is to be published and nothing to be received');
    if ((publishes && !canPublish) || (request.subscribe === true && !canSubscribe))
      throw new MeridianError('NOT_PERMITTED', 'the token does not grant this direction');
    demandInFence(access.fence, region);
    if (this.size >= SESSIONS_MAX || this.#isClosed)
      throw new MeridianError('OVERLOADED', 'this gateway takes no more native clients');
    const id = Buffer.from(this.#o.rng.bytes(ID_BYTES)).toString('base64url');
    const { identity, name, room, fence, expiresWallMs } = access;
    const rights = { canPublish, publishSources, canSubscribe, hidden };
    const claims = { identity, name, room, fence, origin, ...rights, lifetimeMs: TOKEN_MS };
    this.#opening += 1;
    let publication: Publication | undefined;
    try {
      if (publishes)
        publication = await publications.begin(
          { apiKey, room, identity, use: 'publish' },
          { protocol: 'udp', clientIp, makesKeyFramesOnDemand: true },
        );
      const session = await UdpSession.open({
        ...base,
        id,
        clientIp,
        request,
        publication,
        token: async () => (base.clock.wallMs() < expiresWallMs ? token : tokens.mint(apiKey, claims)),
        onClosed: (end) => this.#closed(id, end),
      });
      if (this.#isClosed) session.close();
      else this.#sessions.set(id, session);
      return session;
    } catch (error) {
      publication?.end();
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  /** The session, or why there is none: SESSION_UNKNOWN, or with what it has ended lately. */
  get(id: string): UdpSession | SessionEnd {
    return this.#sessions.get(id) ?? this.#ended.get(id) ?? new MeridianError('SESSION_UNKNOWN');
  }

  /** All leave with this code; others may come. */
  end(code: ErrorCode): void {
    for (const session of this.#sessions.values()) session.close(new MeridianError(code));
  }

  /** All leave; idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const session of this.#sessions.values()) session.close();
  }

  #closed(id: string, end: SessionEnd): void {
    if (!this.#sessions.delete(id)) return; // it never began
    this.#ended.set(id, end);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > ENDED_MAX && oldest !== undefined) this.#ended.delete(oldest);
  }
}
