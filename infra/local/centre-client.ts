// What the supervisor asks the centre and the children: whether they serve, whose certificates count, tokens to enrol
// with.
import { connect } from 'node:net';
import { isHealthy } from './health.ts';
import type { ChildSpec } from './spec.ts';

const askLimitMs = 1000;
const tokenLimitMs = 5000;
/** All children that start ask for the fleet each few milliseconds: for so long one answer is good for all. */
const fleetGoodMs = 40;

export class CentreClient {
  readonly #baseUrls: readonly string[];
  readonly #clusterToken: string;
  /** Of the running centre's CA, as it said last; undefined until it has. */
  #authorityFingerprint: string | undefined;
  #fleet: { readonly askedMs: number; readonly serving: Promise<ReadonlySet<string>> } | undefined;

  /**
   * Of one centre, or of several: whichever answers is as good as the other, but the fleet is known to the one that
   * leads.
   */
  constructor(o: { baseUrls: readonly string[]; clusterToken: string }) {
    this.#baseUrls = o.baseUrls;
    this.#clusterToken = o.clusterToken;
  }

  /**
   * Fingerprint of the certificate authority. A child must be able to start again while the centre is away: what it
   * said last holds until it answers. `onTrouble` hears why it did not.
   */
  async authorityFingerprint(onTrouble: (error: Error) => void): Promise<string | undefined> {
    try {
      const response = await this.#ask('/healthz', askLimitMs);
      const { authorityFingerprint } = (await response.json()) as { authorityFingerprint?: unknown };
      if (typeof authorityFingerprint === 'string') this.#authorityFingerprint = authorityFingerprint;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      onTrouble(error);
    }
    return this.#authorityFingerprint;
  }

  /** A token for one enrolment. Throws when the centre refuses or cannot be reached. */
  async enrolmentToken({ id, kind, region }: ChildSpec): Promise<string> {
    const response = await this.#ask('/v1/enrolment-tokens', tokenLimitMs, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#clusterToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id, kind, region }),
    });
    if (!response.ok)
      throw new Error(`the centre refused an enrolment token: HTTP ${response.status} ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
  }

  /**
   * Whether the child answers its health question and, if it is a node, the centre has it linked and alive. False while
   * no process listens.
   */
  async serves(spec: ChildSpec): Promise<boolean> {
    try {
      if (spec.healthUrl !== undefined) {
        const healthy = await isHealthy(spec.healthUrl, spec.healthCaFile, askLimitMs);
        if (!healthy || !spec.enrols) return healthy;
      }
      if (spec.kind === 'redis') return await accepts(spec);
      return spec.enrols ? (await this.#serving()).has(spec.id) : true;
    } catch (error) {
      // not listening yet
      if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false;
      throw error;
    }
  }

  /**
   * The first centre that answers and does not say 503: one that only stands by says that. Rejects as the last one did.
   */
  async #ask(path: string, limitMs: number, init: RequestInit = {}): Promise<Response> {
    for (const [index, baseUrl] of this.#baseUrls.entries()) {
      const isLast = index === this.#baseUrls.length - 1;
      try {
        const response = await fetch(`${baseUrl}${path}`, { ...init, signal: AbortSignal.timeout(limitMs) });
        if (isLast || response.status !== 503) return response;
      } catch (error) {
        if (isLast) throw error;
      }
    }
    throw new Error('there is no centre to ask');
  }

  /** Ids of the nodes that are alive and linked: a dead one is called alive for some seconds, its link ends at once. */
  #serving(): Promise<ReadonlySet<string>> {
    const nowMs = performance.now();
    if (this.#fleet === undefined || nowMs - this.#fleet.askedMs > fleetGoodMs)
      this.#fleet = { askedMs: nowMs, serving: this.#askFleet() };
    return this.#fleet.serving;
  }

  async #askFleet(): Promise<ReadonlySet<string>> {
    const response = await this.#ask('/v1/fleet', askLimitMs, {
      headers: { authorization: `Bearer ${this.#clusterToken}` },
    });
    if (!response.ok) return new Set();
    const fleet = (await response.json()) as { nodes: { nodeId: string; state: string; isLinked: boolean }[] };
    return new Set(
      fleet.nodes.filter(({ state, isLinked }) => state === 'alive' && isLinked).map(({ nodeId }) => nodeId),
    );
  }
}

/** Whether a process listens at the child's first address. */
function accepts({ endpoints: [endpoint] }: ChildSpec): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: endpoint?.ip ?? '', port: endpoint?.port ?? 0, timeout: askLimitMs });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}
