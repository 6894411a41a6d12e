// The supervisor's requests to the centre and the children: readiness, valid certificates, enrolment tokens.
import { connect } from 'node:net';
import { isHealthy } from './health.ts';
import type { ChildSpec } from './spec.ts';

const requestLimitMs = 1000;
const tokenLimitMs = 5000;
/** All starting children ask for the fleet every few milliseconds, so an answer is shared for this time. */
const fleetSharedMs = 40;

export class CentreClient {
  readonly #baseUrls: readonly string[];
  readonly #clusterToken: string;
  /** Fingerprint of the centre's CA in its latest answer; undefined before the first. */
  #authorityFingerprint: string | undefined;
  #fleet: { readonly askedMs: number; readonly serving: Promise<ReadonlySet<string>> } | undefined;

  /** Takes one or several centres; any of them may answer, but only the leader knows the fleet. */
  constructor(o: { baseUrls: readonly string[]; clusterToken: string }) {
    this.#baseUrls = o.baseUrls;
    this.#clusterToken = o.clusterToken;
  }

  /**
   * Returns the fingerprint of the certificate authority. While the centre is away the last answer counts, so that
   * children can restart; `onTrouble` gets the reason.
   */
  async authorityFingerprint(onTrouble: (error: Error) => void): Promise<string | undefined> {
    try {
      const response = await this.#request('/healthz', requestLimitMs);
      const { authorityFingerprint } = (await response.json()) as { authorityFingerprint?: unknown };
      if (typeof authorityFingerprint === 'string') this.#authorityFingerprint = authorityFingerprint;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      onTrouble(error);
    }
    return this.#authorityFingerprint;
  }

  /** Returns a token for one enrolment. Throws when the centre refuses or cannot be reached. */
  async enrolmentToken({ id, kind, region }: ChildSpec): Promise<string> {
    const response = await this.#request('/v1/enrolment-tokens', tokenLimitMs, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#clusterToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id, kind, region }),
    });
    if (!response.ok)
      throw new Error(`the centre refused an enrolment token: HTTP ${response.status} ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
  }

  /**
   * Returns whether the child answers its health check and, for a node, whether the centre has it linked and alive.
   * False while no process listens.
   */
  async serves(spec: ChildSpec): Promise<boolean> {
    try {
      if (spec.healthUrl !== undefined) {
        const healthy = await isHealthy(spec.healthUrl, spec.healthCaFile, requestLimitMs);
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
   * Sends a request to one centre after another, until one answers anything but 503, the answer of a standby. Rejects
   * with the error of the last centre.
   */
  async #request(path: string, limitMs: number, init: RequestInit = {}): Promise<Response> {
    for (const [index, baseUrl] of this.#baseUrls.entries()) {
      const isLast = index === this.#baseUrls.length - 1;
      try {
        const response = await fetch(`${baseUrl}${path}`, { ...init, signal: AbortSignal.timeout(limitMs) });
        if (isLast || response.status !== 503) return response;
      } catch (error) {
        if (isLast) throw error;
      }
    }
    throw new Error('no centre is configured');
  }

  /**
   * Returns ids of nodes that are alive and linked. A dead node counts as alive for some seconds, but its link ends at
   * once.
   */
  #serving(): Promise<ReadonlySet<string>> {
    const nowMs = performance.now();
    if (this.#fleet === undefined || nowMs - this.#fleet.askedMs > fleetSharedMs)
      this.#fleet = { askedMs: nowMs, serving: this.#fetchFleet() };
    return this.#fleet.serving;
  }

  async #fetchFleet(): Promise<ReadonlySet<string>> {
    const response = await this.#request('/v1/fleet', requestLimitMs, {
      headers: { authorization: `Bearer ${this.#clusterToken}` },
    });
    if (!response.ok) return new Set();
    const fleet = (await response.json()) as { nodes: { nodeId: string; state: string; isLinked: boolean }[] };
    return new Set(
      fleet.nodes.filter(({ state, isLinked }) => state === 'alive' && isLinked).map(({ nodeId }) => nodeId),
    );
  }
}

function accepts({ endpoints: [endpoint] }: ChildSpec): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: endpoint?.ip ?? '', port: endpoint?.port ?? 0, timeout: requestLimitMs });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}
