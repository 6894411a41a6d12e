// The second link of a media node whose region has an instance of the centre: there it registers with all it holds, reports, and hears whose the
// rooms are that are placed on it. Plans, routes and drains are the leader's. What is obeyed here is the fence of the region: sessions that were
// placed under a lower epoch are refused.
import { CentreSearch, limits, NodeAgent, note, onNote, type wire } from '@meridian/protocol';
import { type Clock, type Credentials, type Link, LinkDialer, type Logger, type Rng } from '@meridian/runtime';

export interface RegionCentreOptions {
  /** Of the region's instances, commas between; undefined: the region has none. */
  readonly url: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  credentials(): Credentials;
  describe(): wire.NodeDescription.$Properties;
  load(): wire.Load.$Properties;
  rooms(): wire.RoomHeld.$Properties[];
  onLease(lease: wire.RoomLease.$Properties): void;
}

export class RegionCentre {
  readonly #agent: NodeAgent;
  readonly #dialer: LinkDialer | undefined;

  constructor(o: RegionCentreOptions) {
    const { url, clock, log, rng, credentials } = o;
    const centres = url === undefined ? undefined : new CentreSearch(url, () => clock.nowMs());
    this.#agent = new NodeAgent({
      ...(centres === undefined ? {} : { centres }),
      describe: () => o.describe(),
      load: () => o.load(),
      rooms: () => o.rooms(),
      onPlan: () => log.debug('a plan from the instance of the region was ignored: only plans from the leader count'),
      onDrain: (on) => log.debug({ on }, 'the instance of the region has the state of the drain'),
      onState: (state) => log.info({ state }, 'state of the link to the instance of the region'),
      every: (periodMs, fn) => clock.every(periodMs, fn),
    });
    if (centres === undefined) return;
    this.#dialer = new LinkDialer({
      url: () => centres.next(),
      limits: limits.centreLink,
      credentials,
      log: log.child({ to: 'centre of the region' }),
      clock,
      rng,
      backoffMs: () => centres.backoffMs,
      expect: ({ kind }) => kind === 'scheduler',
      onLink: (link) => this.#onLink(link, o),
      onDown: () => this.#agent.lost(),
    });
  }

  /** The highest epoch under which somebody placed here, and who. */
  get obeyed(): { readonly epoch: number; readonly incarnation: string } {
    return this.#agent.obeyed;
  }

  /** Open and registered. */
  get link(): Link | undefined {
    const { state } = this.#agent;
    return state === 'serving' || state === 'draining' ? this.#dialer?.link : undefined;
  }

  /** The leader says who places here now: nobody of a lower epoch does. */
  hearPlacer({ epoch, incarnation }: wire.RegionPlacer): void {
    if (epoch > 0 && incarnation !== '') this.#agent.obeys(epoch, incarnation);
  }

  confirm(decisionId: string): void {
    if (this.#dialer !== undefined) this.#agent.confirm(decisionId);
  }

  /** Idempotent. */
  close(cause: string): void {
    this.#agent.lost();
    this.#dialer?.close(cause);
  }

  #onLink(link: Link, { onLease, log }: RegionCentreOptions): void {
    this.#agent.attach(link);
    onNote(link, note.leases, ({ leases }) => {
      for (const lease of leases) onLease(lease);
    });
    this.#agent.register().catch((error: unknown) => {
      log.warn({ err: error }, 'the instance of the region did not take the registration');
      link.close('registration failed');
    });
  }
}
