// Link to the centre at which a node registers: the leader, or the instance of the node's region. It is dialled
// forever, at an address that answers or is named as the leader; on each new link the node registers, then reports and
// obeys (`NodeAgent` of protocol).
import { type AgentPorts, CentreSearch, limits, NodeAgent, nodeKind } from '@meridian/protocol';
import { type Clock, type Credentials, type Link, LinkDialer, type Logger, type Rng } from '@meridian/runtime';

export interface CentreLinkOptions extends Omit<AgentPorts, 'centres' | 'every'> {
  /** wss://host:port, several separated by commas; undefined without a centre. */
  readonly url: string | undefined;
  readonly log: Logger;
  readonly clock: Clock;
  readonly rng: Rng;
  credentials(): Credentials;
  /** True while the service ends: a link that goes down then is not redialled. */
  isClosing(): boolean;
  /** Called with a new link before the registration, so that others can attach handlers. */
  onLink(link: Link): void;
  onRegistered?(): void;
}

export class CentreLink {
  readonly #o: CentreLinkOptions;
  readonly #centres: CentreSearch | undefined;
  readonly agent: NodeAgent;
  #dialer: LinkDialer | undefined;
  #closed = false;

  constructor(o: CentreLinkOptions) {
    const { url, clock } = o;
    this.#o = o;
    this.#centres = url === undefined ? undefined : new CentreSearch(url, () => clock.nowMs());
    this.agent = new NodeAgent({
      ...o,
      ...(this.#centres === undefined ? {} : { centres: this.#centres }),
      onState: (state) => {
        o.log.info({ state }, 'state of the link');
        o.onState?.(state);
      },
      every: (periodMs, fn) => clock.every(periodMs, fn),
      wallMs: () => clock.wallMs(),
    });
  }

  get exists(): boolean {
    return this.#centres !== undefined;
  }

  get link(): Link | undefined {
    return this.#dialer?.link;
  }

  /** The open link when the node is registered there, so that other requests are answered. */
  get registered(): Link | undefined {
    const { state } = this.agent;
    return state === 'serving' || state === 'draining' ? this.link : undefined;
  }

  dial(): void {
    const centres = this.#centres;
    if (centres === undefined || this.#closed) return;
    const { credentials, log, clock, rng, isClosing } = this.#o;
    this.#dialer ??= new LinkDialer({
      url: () => centres.next(),
      limits: limits.centreLink,
      credentials,
      log,
      clock,
      rng,
      isClosing,
      backoffMs: () => centres.backoffMs,
      expect: ({ kind }) => kind === nodeKind.centre,
      onLink: (link) => this.#onLink(link),
      onDown: () => this.agent.lost(),
    });
  }

  /** Registers again after a change of the description. */
  describeAnew(): void {
    if (this.link !== undefined) this.#register(this.link);
  }

  close(cause: string): void {
    this.#closed = true;
    this.agent.lost();
    this.#dialer?.close(cause);
  }

  #onLink(link: Link): void {
    this.agent.attach(link);
    this.#o.onLink(link);
    this.#register(link);
  }

  #register(link: Link): void {
    this.agent.register().then(
      () => {
        if (!link.closed) this.#o.onRegistered?.();
      },
      (error: unknown) => {
        this.#o.log.warn({ err: error }, 'the registration was not taken; dialling again');
        link.close('registration failed');
      },
    );
  }
}
