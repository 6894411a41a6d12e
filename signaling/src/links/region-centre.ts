// The second link of a signaling node whose region has an instance of the centre: joins are placed there, so that none waits for a leader that is far
// away. Whose a room is stays the leader's to say; what the instance has heard of it comes with the place.
import { CentreSearch, call, limits, NodeAgent, note, post, rpc, type wire } from '@meridian/protocol';
import { type Clock, type Credentials, type Link, LinkDialer, type Logger, type Rng } from '@meridian/runtime';
import { asMeridianError, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';

export interface RegionCentreOptions {
  /** Of the region's instances, commas between; undefined: the region has none. */
  readonly url: string | undefined;
  readonly log: Logger;
  readonly clock: Clock;
  readonly rng: Rng;
  /** The service is ending. */
  isClosing?(): boolean;
  credentials(): Credentials;
  describe(): wire.NodeDescription.$Properties;
  load(): wire.Load.$Properties;
  /** A new link: what else the instance says on it is heard by others. */
  onLink(link: Link): void;
}

export class RegionCentre {
  readonly #o: RegionCentreOptions;
  readonly #agent: NodeAgent;
  readonly #centres: CentreSearch | undefined;
  #dialer: LinkDialer | undefined;

  constructor(o: RegionCentreOptions) {
    this.#o = o;
    const { url, clock, log } = o;
    this.#centres = url === undefined ? undefined : new CentreSearch(url, () => clock.nowMs());
    this.#agent = new NodeAgent({
      ...(this.#centres === undefined ? {} : { centres: this.#centres }),
      describe: () => o.describe(),
      load: () => o.load(),
      // Rooms are the leader's: an instance believes no signaling node about them.
      rooms: () => [],
      onPlan: () => log.debug('a plan from the instance of the region was ignored: only plans from the leader count'),
      onDrain: (on) => log.debug({ on }, 'the instance of the region has the state of the drain'),
      every: (periodMs, fn) => clock.every(periodMs, fn),
    });
  }

  /** Begins to dial, where the region has instances, and goes on until `close`. */
  start(): void {
    const { credentials, log, clock, rng } = this.#o;
    const centres = this.#centres;
    if (centres === undefined) return;
    this.#dialer ??= new LinkDialer({
      url: () => centres.next(),
      limits: limits.centreLink,
      credentials,
      log: log.child({ to: 'centre of the region' }),
      clock,
      rng,
      isClosing: () => this.#o.isClosing?.() === true,
      backoffMs: () => centres.backoffMs,
      expect: (remote) => remote.kind === 'scheduler',
      onLink: (link) => this.#onLink(link),
      onDown: () => this.#agent.lost(),
    });
  }

  /** Who placed last for the region, as this node obeyed it. */
  get obeyed(): { readonly epoch: number; readonly incarnation: string } {
    return this.#agent.obeyed;
  }

  /** An instance is here and places; otherwise the leader is asked. */
  get isPlacing(): boolean {
    return this.#link() !== undefined;
  }

  /** The leader says who places for the region now: nobody of a lower epoch does. */
  hearPlacer({ epoch, incarnation }: wire.RegionPlacer): void {
    if (epoch > 0 && incarnation !== '') this.#agent.obeys(epoch, incarnation);
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
    const link = this.#link();
    if (link === undefined) return;
    call(link, rpc.releaseDecision, { decisionId }).catch(
      ignoringErrors(this.#o.log, 'a charge of the region could not be taken back; it lapses'),
    );
  }

  sendTimes(times: wire.AccessTimes.$Properties): boolean {
    const link = this.#link();
    return link !== undefined && post(link, note.accessTimes, times);
  }

  /** Idempotent. */
  close(cause: string): void {
    this.#agent.lost();
    this.#dialer?.close(cause);
  }

  #link(): Link | undefined {
    const { state } = this.#agent;
    return state === 'serving' || state === 'draining' ? this.#dialer?.link : undefined;
  }

  async #call<A>(ask: (link: Link) => Promise<A>): Promise<A> {
    const link = this.#link();
    if (link === undefined) throw asMeridianError({ code: 'LINK_CLOSED' }, 'CENTRE_UNREACHABLE');
    try {
      return await ask(link);
    } catch (error) {
      throw asMeridianError(error, 'CENTRE_UNREACHABLE');
    }
  }

  #onLink(link: Link): void {
    this.#agent.attach(link);
    this.#o.onLink(link);
    this.#agent.register().catch((error: unknown) => {
      this.#o.log.warn({ err: error }, 'the instance of the region refused the registration');
      link.close('registration refused');
    });
  }
}
