// Has the centre's instance in this region place sessions, if there is one, so that no join waits for a distant leader.
// The leader still decides the owner of a room; the instance adds the lease that it knows to its answer.
import type { CentreLink } from '@meridian/node-shell';
import { call, note, post, rpc, type wire } from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import { asMeridianError, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';

export class RegionPlacing {
  readonly #centre: CentreLink;
  readonly #log: Logger;

  /** `centre`: link to the instance; the object exists even if the region has no instance. */
  constructor(centre: CentreLink, log: Logger) {
    this.#centre = centre;
    this.#log = log;
  }

  /** Whether the region has an instance that places; otherwise the leader does. */
  get isPlacing(): boolean {
    return this.#centre.registered !== undefined;
  }

  /** Throws a MeridianError; on CENTRE_UNREACHABLE, NOT_LEADER or NOT_REGISTERED, the caller asks the leader. */
  async place(request: wire.PlaceRequest.$Properties): Promise<wire.PlaceReply> {
    return this.#call((link) => call(link, rpc.place, request, { deadlineMs: bounds.regionPlaceDeadlineMs }));
  }

  /** Throws as `place`. */
  async locate(request: wire.LocateRequest.$Properties): Promise<wire.LocateReply> {
    return this.#call((link) => call(link, rpc.locate, request, { deadlineMs: bounds.regionLocateDeadlineMs }));
  }

  /** Throws as `place`; also DECISION_UNKNOWN. */
  async explain(request: wire.ExplainDecision.$Properties): Promise<wire.DecisionExplained> {
    return this.#call((link) =>
      call(link, rpc.explainDecision, request, { deadlineMs: bounds.regionExplainDeadlineMs }),
    );
  }

  releaseDecision(decisionId: string): void {
    const link = this.#centre.registered;
    if (link === undefined) return;
    call(link, rpc.releaseDecision, { decisionId }).catch(
      ignoringErrors(this.#log, 'a charge of the region could not be taken back; it lapses'),
    );
  }

  sendTimes(times: wire.AccessTimes.$Properties): boolean {
    const link = this.#centre.registered;
    return link !== undefined && post(link, note.accessTimes, times);
  }

  async #call<A>(ask: (link: Link) => Promise<A>): Promise<A> {
    const link = this.#centre.registered;
    if (link === undefined) throw asMeridianError({ code: 'LINK_CLOSED' }, 'CENTRE_UNREACHABLE');
    try {
      return await ask(link);
    } catch (error) {
      throw asMeridianError(error, 'CENTRE_UNREACHABLE');
    }
  }
}
