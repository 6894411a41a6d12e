// Placing at the instance of the own region, where it has one, so that no join waits for a leader that is far away.
// Whose a room is stays the leader's to say; what the instance has heard of it comes with the place.
import type { CentreLink } from '@meridian/node-shell';
import { call, note, post, rpc, type wire } from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import { asMeridianError, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';

export class RegionPlacing {
  readonly #centre: CentreLink;
  readonly #log: Logger;

  /** `centre`: the link to the instance; it exists also where the region has none. */
  constructor(centre: CentreLink, log: Logger) {
    this.#centre = centre;
    this.#log = log;
  }

  /** An instance is here and places; otherwise the leader is asked. */
  get isPlacing(): boolean {
    return this.#centre.registered !== undefined;
  }

  /** Throws a MeridianError; CENTRE_UNREACHABLE, NOT_LEADER, NOT_REGISTERED: ask the leader. */
  async place(request: wire.PlaceRequest.$Properties): Promise<wire.PlaceReply> {
    return this.#call((link) => call(link, rpc.place, request, { deadlineMs: bounds.regionPlaceDeadlineMs }));
  }

  /** As `place`. */
  async locate(request: wire.LocateRequest.$Properties): Promise<wire.LocateReply> {
    return this.#call((link) => call(link, rpc.locate, request, { deadlineMs: bounds.regionLocateDeadlineMs }));
  }

  /** As `place`; DECISION_UNKNOWN. */
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
