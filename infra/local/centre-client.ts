// What the supervisor asks the centre and the children: whether they serve, whose certificates count, tokens to enrol with.
import type { ChildSpec } from './topology.ts';

const askLimitMs = 1000;
const tokenLimitMs = 5000;

export class CentreClient {
  readonly #baseUrl: string;
  readonly #clusterToken: string;
  /** Of the running centre's CA, as it said last; undefined until it has. */
  #authorityFingerprint: string | undefined;

  constructor(o: { baseUrl: string; clusterToken: string }) {
    this.#baseUrl = o.baseUrl;
    this.#clusterToken = o.clusterToken;
  }

  /**
   * Fingerprint of the certificate authority. A child must be able to start again while the centre is away: what it said last holds
   * until it answers. `onTrouble` hears why it did not.
   */
  async authorityFingerprint(onTrouble: (error: Error) => void): Promise<string | undefined> {
    try {
      const response = await fetch(`${this.#baseUrl}/healthz`, { signal: AbortSignal.timeout(askLimitMs) });
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
    const response = await fetch(`${this.#baseUrl}/v1/enrolment-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#clusterToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id, kind, region }),
      signal: AbortSignal.timeout(tokenLimitMs),
    });
    if (!response.ok)
      throw new Error(`the centre refused an enrolment token: HTTP ${response.status} ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
  }

  /** Whether the child answers its health question and, if it is a node, the centre has it linked and alive. False while nobody listens. */
  async serves(spec: ChildSpec): Promise<boolean> {
    try {
      if (spec.healthUrl !== undefined) {
        const healthy = (await fetch(spec.healthUrl, { signal: AbortSignal.timeout(askLimitMs) })).ok;
        if (!healthy || !spec.enrols) return healthy;
      }
      return spec.enrols ? await this.#isInFleet(spec.id) : true;
    } catch (error) {
      if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false; // not listening yet
      throw error;
    }
  }

  /** The fleet calls a node alive for some seconds after its death; its link ends at once. */
  async #isInFleet(id: string): Promise<boolean> {
    const response = await fetch(`${this.#baseUrl}/v1/fleet`, {
      headers: { authorization: `Bearer ${this.#clusterToken}` },
      signal: AbortSignal.timeout(askLimitMs),
    });
    if (!response.ok) return false;
    const fleet = (await response.json()) as { nodes: { nodeId: string; state: string; isLinked: boolean }[] };
    return fleet.nodes.some((node) => node.nodeId === id && node.state === 'alive' && node.isLinked);
  }
}
