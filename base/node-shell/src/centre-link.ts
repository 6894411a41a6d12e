// The link to one centre at which a node registers: the one that leads, or the instance of the node's region. It is
// dialled for ever, at whichever of the addresses answers or is said to lead; on each new link the node registers, then
// reports and obeys (`NodeAgent` of protocol).
import { type AgentPorts, CentreSearch, limits, NodeAgent, nodeKind } from '@meridian/protocol';
import { type Clock, type Credentials, type Link, LinkDialer, type Logger, type Rng } from '@meridian/runtime';

export interface CentreLinkOptions extends Omit<AgentPorts, 'centres' | 'every'> {
  /** wss://host:port, of several centres with commas between; undefined: there is none, and nothing is dialled. */
  readonly url: string | undefined;
  /** Of this link. */
  readonly log: Logger;
  readonly clock: Clock;
  readonly rng: Rng;
  credentials(): Credentials;
  /** The service is ending: what goes down now is not dialled again. */
  isClosing(): boolean;
  /** A new link, not registered yet: what else the centre says on it is heard by others. */
  onLink(link: Link): void;
  /** The centre has taken the registration on this link. */
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

  /** There is a centre to dial. */
  get exists(): boolean {
    return this.#centres !== undefined;
  }

  /** Open, registered or not. */
  get link(): Link | undefined {
    return this.#dialer?.link;
  }

  /** Open, and the node is registered there: other requests are answered. */
  get registered(): Link | undefined {
    const { state } = this.agent;
    return state === 'serving' || state === 'draining' ? this.link : undefined;
  }

  /** Begins to dial, and goes on until `close`. */
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

  /** What `describe` says is not what the centre has heard: the node registers once more. */
  describeAnew(): void {
    if (this.link !== undefined) this.#register(this.link);
  }

  /** Idempotent. */
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
