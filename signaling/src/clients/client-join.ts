// Join of a connection: the client's description, its admission, and the answer.
import type { TokenOrigin } from '@meridian/node-shell';
import { type Access, type ErrorCode, errorInfoOf, limits, plainText, type wire } from '@meridian/protocol';
import { type Admission, admit } from './admission.ts';
import type { ClientContext, LocalSession } from './context.ts';
import type { JoinedSession } from './join.ts';
import { JoinMedia } from './join-media.ts';
import { joinedFrame } from './joined-frame.ts';
import type { Talk } from './talk.ts';
import type { WaitingClient } from './waiting.ts';
import type { WarmUp } from './warm.ts';

export class ClientJoin {
  readonly sdk: string;
  readonly fromCity: string;
  readonly media: JoinMedia;
  origin: TokenOrigin | undefined;
  readonly #context: ClientContext;
  readonly #talk: Talk;
  readonly #requestId: number;
  /** Join frame; undefined once the client has been admitted or refused. */
  #frame: wire.Join.$Properties | undefined;
  #startedMs: number;
  /** True if the Join neither resumes a session nor is a connection check. */
  readonly #isNewcomer: boolean;
  /** Aborted when the connection ends before it has joined; undefined unless it waits in front of the room. */
  #abort: AbortController | undefined;
  #isOver = false;
  /** Needs for renditions that the owner sent before `Joined`, by track and codec. */
  #earlyNeeds: Map<string, wire.RenditionRequest.$Properties> | undefined;

  constructor(context: ClientContext, talk: Talk, requestId: number, join: wire.Join.$Properties) {
    this.#context = context;
    this.#talk = talk;
    this.#requestId = requestId;
    this.#frame = join;
    this.#startedMs = context.clock.nowMs();
    this.media = new JoinMedia(join, context.abilities);
    this.sdk = plainText(join.sdk ?? '', limits.nameLengthMax);
    this.fromCity = context.development ? (join.fromCity ?? '') : '';
    this.#isNewcomer = join.resume == null && !join.check;
  }

  /** Never rejects. `settle` gets the result before the claim and the room are released. */
  async admit(
    claimant: LocalSession,
    { prove, takeShare, warm }: { prove(): boolean; takeShare(access: Access): void; warm: WarmUp | undefined },
    settle: (admission: Admission) => void,
  ): Promise<void> {
    const [context, join] = [this.#context, this.#frame ?? {}];
    const { clientIp, opener, network } = claimant;
    const onVerified = (origin: TokenOrigin): void => {
      this.origin = origin;
    };
    const client: WaitingClient = {
      network,
      show: (waiting) => this.#talk.message({ waiting }),
      waited: (ms) => {
        this.#startedMs += ms;
      },
      endSignal: () => this.#endSignal(),
    };
    const admission = await admit(context, join, {
      clientIp,
      opener,
      prove,
      takeShare,
      onVerified,
      claimant,
      warm,
      client,
    });
    this.#frame = undefined;
    const tookMs = context.clock.nowMs() - this.#startedMs;
    if (!admission.ok) context.counters.join(errorInfoOf(admission.failure).code, tookMs);
    else context.counters.join(admission.joined.resumed ? 'RESUMED' : 'OK', tookMs);
    settle(admission);
    const resumedSessionId = join.resume?.sessionId ?? '';
    if (context.claims.get(resumedSessionId)?.holder === claimant) context.claims.delete(resumedSessionId);
    admission.done();
  }

  /** Ends the wait in front of the room. Idempotent. */
  close(): void {
    this.#isOver = true;
    this.#abort?.abort();
  }

  #endSignal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#isOver) this.#abort.abort();
    return this.#abort.signal;
  }

  /** Counts a join for the api, except joins of openers, resumes, connection checks, and successes after a leave. */
  count({ opener }: LocalSession, code: ErrorCode | ''): void {
    if (opener === undefined && this.#isNewcomer) this.#context.joins.join(this.origin?.tenant ?? '', code);
  }

  /** Keeps the owner's request for a rendition until the client gets it after the answer to its Join. */
  queueRendition(wanted: wire.RenditionRequest.$Properties): void {
    this.#earlyNeeds ??= new Map();
    this.#earlyNeeds.set(`${wanted.trackId} ${wanted.mimeType}`, wanted);
  }

  answer(session: LocalSession, joined: JoinedSession): void {
    this.#talk.answer(this.#requestId, { joined: joinedFrame(session, joined, this.#startedMs) });
    for (const renditionRequest of this.#earlyNeeds?.values() ?? []) this.#talk.message({ renditionRequest });
    this.#earlyNeeds = undefined;
  }

  refuse(failure: unknown): void {
    this.#talk.refuse(this.#requestId, failure);
  }
}
