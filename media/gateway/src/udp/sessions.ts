// Native clients of this gateway by id. An id gives full control over its session, so it is as secret as a key.
import type { Tokens } from '@meridian/node-shell';
import { type ErrorCode, MeridianError, PlaceShares } from '@meridian/protocol';
import type { Publication, Publications } from '../live/publications.ts';
import { demandInFence } from '../room/fence.ts';
import { type SessionEnd, type UdpRequest, UdpSession, type UdpSessionOptions } from './session.ts';

/** Bound of one gateway: each session has two sockets and a place in the room. */
export const SESSIONS_MAX = 2000;
/** A person has some programs at once; an address is an office with many. */
const SHARES = { total: SESSIONS_MAX, perPerson: 10, perAddress: 100 };
const ID_BYTES = 18;
/** Bound of remembered ends, for clients that ask after their session has ended. */
const ENDED_MAX = 2000;
/** Lifetime of the tokens that replace a session's expired token. */
const TOKEN_MS = 60_000;

export interface UdpSessionsOptions
  extends Omit<UdpSessionOptions, 'id' | 'token' | 'clientIp' | 'request' | 'publication' | 'onClosed'> {
  readonly tokens: Tokens;
  readonly region: string;
  readonly publications: Publications;
}

export class UdpSessions {
  readonly #o: UdpSessionsOptions;
  readonly #sessions = new Map<string, UdpSession>();
  readonly #ended = new Map<string, SessionEnd>();
  readonly #shares = new PlaceShares(SHARES);
  #opening = 0;
  #isClosed = false;

  constructor(o: UdpSessionsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#sessions.size + this.#opening;
  }

  /**
   * Opens a joined and published session of the token's participant. Rejects with errors of `Tokens.verify` and of the
   * join, REQUEST_INVALID for a request without sending and receiving, NOT_PERMITTED beyond the token's rights,
   * FENCED_OUT for a room whose fence excludes this region, and as `PlaceShares.enter` does.
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
    if (this.#isClosed) throw new MeridianError('OVERLOADED', 'this gateway takes no more native clients');
    const leave = this.#shares.enter({ ...origin, identity: access.identity, address: clientIp });
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
        onClosed: (end) => {
          leave();
          this.#closed(id, end);
        },
      });
      if (this.#isClosed) session.close();
      else this.#sessions.set(id, session);
      return session;
    } catch (error) {
      leave();
      publication?.end();
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  /** Returns the session, or its end: SESSION_UNKNOWN, or the reason of a recent end. */
  get(id: string): UdpSession | SessionEnd {
    return this.#sessions.get(id) ?? this.#ended.get(id) ?? new MeridianError('SESSION_UNKNOWN');
  }

  /** Ends all sessions with this code; new ones may begin. */
  end(code: ErrorCode): void {
    for (const session of this.#sessions.values()) session.close(new MeridianError(code));
  }

  close(): void {
    this.#isClosed = true;
    for (const session of this.#sessions.values()) session.close();
  }

  #closed(id: string, end: SessionEnd): void {
    if (!this.#sessions.delete(id)) return; // The session never began.
    this.#ended.set(id, end);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > ENDED_MAX && oldest !== undefined) this.#ended.delete(oldest);
  }
}
