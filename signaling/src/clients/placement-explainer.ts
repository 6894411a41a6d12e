// Explains a session's placement to its client, rarely: an explanation costs the centre about as much as a placement.
import { type Bucket, fullBucket, isDecisionId, MeridianError, takeTokens, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Fleet } from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { CentrePort } from '../ports.ts';

const sessionRate = { perSecond: bounds.explainsPerSecond, burst: bounds.explainsBurst };
const nodeRate = { perSecond: bounds.allExplainsPerSecond, burst: bounds.allExplainsBurst };

export interface ExplainingOptions {
  readonly clock: Clock;
  readonly centre: Pick<CentrePort, 'explain'> & { readonly fleet: Fleet };
  readonly sessionsMax?: number;
}

export interface ExplainRequester {
  readonly sessionId: string;
}

export class PlacementExplainer {
  readonly #o: ExplainingOptions;
  /** Rates by session, which outlives connections. The session that asked longest ago comes first. */
  readonly #rates = new Map<string, Bucket>();
  #nodeBucket: Bucket;

  constructor(o: ExplainingOptions) {
    this.#o = o;
    this.#nodeBucket = fullBucket(nodeRate, o.clock.nowMs());
  }

  /**
   * Returns how the decision compared the nodes. Only the deciding instance can check that the decision is about this
   * session, since the signaling node of a resumed session does not know its decision. Throws REQUEST_INVALID,
   * RATE_LIMITED, DECISION_UNKNOWN, CENTRE_UNREACHABLE.
   */
  async explain(session: ExplainRequester, decisionId: string): Promise<wire.PlacementExplained.$Properties> {
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

  /** Charges both buckets; a refused request costs neither. */
  #charge(session: ExplainRequester): void {
    const nowMs = this.#o.clock.nowMs();
    const { sessionId } = session;
    const sessionBucket = takeTokens(this.#rates.get(sessionId), sessionRate, nowMs);
    const nodeBucket = takeTokens(this.#nodeBucket, nodeRate, nowMs);
    if (!sessionBucket.ok || !nodeBucket.ok) {
      const retryAfterMs = Math.max(sessionBucket.retryAfterMs, nodeBucket.retryAfterMs);
      throw new MeridianError('RATE_LIMITED', 'too many explanations', { retryAfterMs });
    }
    this.#rates.delete(sessionId);
    this.#rates.set(sessionId, sessionBucket.bucket);
    const { sessionsMax = bounds.explainSessionsMax } = this.#o;
    const [oldest] = this.#rates.size > sessionsMax ? this.#rates.keys() : [];
    if (oldest !== undefined) this.#rates.delete(oldest);
    this.#nodeBucket = nodeBucket.bucket;
  }
}
