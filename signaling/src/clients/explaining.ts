// Why a session was placed where it is: asked of the centre when the client wants to know, and only then. Words cost
// the centre about as much as the placement itself did, so how often they may be asked for is bounded, of each session
// and of all together.
import { type Bucket, fullBucket, isDecisionId, MeridianError, takeTokens, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Fleet } from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { CentrePort } from '../ports.ts';

const ofSession = { perSecond: bounds.explainsPerSecond, burst: bounds.explainsBurst };
const ofAll = { perSecond: bounds.allExplainsPerSecond, burst: bounds.allExplainsBurst };

export interface ExplainingOptions {
  readonly clock: Clock;
  readonly centre: Pick<CentrePort, 'explain'> & { readonly fleet: Fleet };
  /** Whose askings are remembered. */
  readonly sessionsMax?: number;
}

/** What matters of the client that asks. */
export interface Asking {
  readonly sessionId: string;
}

export class Explaining {
  readonly #o: ExplainingOptions;
  /**
   * By session, not by connection: a client that resumes is the one that was there before. The session that asked
   * longest ago comes first.
   */
  readonly #asked = new Map<string, Bucket>();
  #all: Bucket;

  constructor(o: ExplainingOptions) {
    this.#o = o;
    this.#all = fullBucket(ofAll, o.clock.nowMs());
  }

  /**
   * What the decision about this session compared. That it is about this session is checked by the instance that made
   * it: a signaling node that was resumed to does not know. Throws REQUEST_INVALID, RATE_LIMITED, DECISION_UNKNOWN,
   * CENTRE_UNREACHABLE.
   */
  async explain(session: Asking, decisionId: string): Promise<wire.PlacementExplained.$Properties> {
    if (!isDecisionId(decisionId)) throw new MeridianError('REQUEST_INVALID', 'decision_id is not of the form DE_…');
    this.#charge(session);
    const { centre } = this.#o;
    const { reasons, options } = await centre.explain(decisionId, session.sessionId);
    return {
      decisionId,
      reasons: [...reasons],
      options: options.map((option) => {
        const at = centre.fleet.get(option.nodeId ?? '');
        return { ...option, region: at?.region ?? '', city: at?.city ?? '' };
      }),
    };
  }

  /** A refused one costs neither of the two. */
  #charge(session: Asking): void {
    const nowMs = this.#o.clock.nowMs();
    const { sessionId } = session;
    const own = takeTokens(this.#asked.get(sessionId) ?? fullBucket(ofSession, nowMs), ofSession, nowMs);
    const all = takeTokens(this.#all, ofAll, nowMs);
    if (!own.ok || !all.ok) {
      const retryAfterMs = Math.max(own.retryAfterMs, all.retryAfterMs);
      throw new MeridianError('RATE_LIMITED', 'too many explanations', { retryAfterMs });
    }
    this.#asked.delete(sessionId);
    this.#asked.set(sessionId, own.bucket);
    const { sessionsMax = bounds.explainSessionsMax } = this.#o;
    const [oldest] = this.#asked.size > sessionsMax ? this.#asked.keys() : [];
    if (oldest !== undefined) this.#asked.delete(oldest);
    this.#all = all.bucket;
  }
}
