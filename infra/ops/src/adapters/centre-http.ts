// Client of the centre's HTTP on the first server, for invitations and the fleet; uses the cluster token.
import { HostError } from '../core/error.ts';

const ASK_LIMIT_MS = 10_000;
const takenCure =
  'leave --host away for the next free id, or name another; an unused invitation frees its id at its end';

export interface InvitationRequest {
  readonly hostId: string;
  readonly region: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly kinds: readonly string[];
  readonly mediaNodesMax: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly ttlMs?: number;
}

export interface FleetNode {
  readonly nodeId: string;
  readonly hostId: string;
  readonly kind: string;
  readonly state: string;
  /** `alive`, `suspect` or `dead`. */
  readonly liveness: string;
  readonly isLinked: boolean;
}

export interface Denial {
  readonly nodeId: string;
  readonly reason: string;
  readonly sinceWallMs: number;
}

export interface Fleet {
  readonly nodes: readonly FleetNode[];
  readonly denied: readonly Denial[];
  /** Drains and cordons of absent nodes. */
  readonly commandsAhead: readonly { readonly nodeId: string }[];
}

export interface HostLink {
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

/** State of the certificate authority's replacement: `single`, `begin` or `switch`. */
export interface AuthorityView {
  readonly step: string;
  readonly fingerprint: string;
  readonly nextFingerprint: string | null;
  /** Nodes that are not ready for the next step. */
  readonly waitsFor: readonly string[];
}

export class CentreHttp {
  readonly #url: string;
  readonly #token: string;

  constructor(o: { readonly url: string; readonly token: string }) {
    this.#url = o.url;
    this.#token = o.token;
  }

  /** Returns a one-time invitation token and its lifetime. HostError HOST_ID_TAKEN, and those of `#ask`. */
  async invite(body: InvitationRequest): Promise<{ token: string; expiresInMs: number }> {
    return (await this.#ask('/v1/invitations', body)) as { token: string; expiresInMs: number };
  }

  async nodes(): Promise<readonly FleetNode[]> {
    return (await this.fleet()).nodes;
  }

  async fleet(): Promise<Fleet> {
    return (await this.#ask('/v1/fleet')) as Fleet;
  }

  /** Denies a node, known or not: its links are cut and its certificate no longer counts. */
  async deny(nodeId: string, reason: string): Promise<void> {
    await this.#ask(`/v1/nodes/${encodeURIComponent(nodeId)}/deny`, { reason });
  }

  async allow(nodeId: string): Promise<void> {
    await this.#ask(`/v1/nodes/${encodeURIComponent(nodeId)}/deny`, undefined, 'DELETE');
  }

  async uncordon(nodeId: string): Promise<void> {
    await this.#ask(`/v1/nodes/${encodeURIComponent(nodeId)}/uncordon`, {});
  }

  /** Returns the source of the measurement for every ordered pair of hosts; `guessed` without a measurement. */
  async links(): Promise<readonly HostLink[]> {
    return ((await this.#ask('/v1/links')) as { links: HostLink[] }).links;
  }

  async authority(): Promise<AuthorityView> {
    return (await this.#ask('/v1/authority')) as AuthorityView;
  }

  /** HostError CENTRE_REFUSED for a step out of order or, without `force`, a step that comes too early. */
  async rotateAuthority(step: string, force: boolean): Promise<AuthorityView> {
    return (await this.#ask('/v1/authority/rotate', { step, force })) as AuthorityView;
  }

  async #ask(path: string, body?: object, method = body === undefined ? 'GET' : 'POST'): Promise<unknown> {
    const authorization = `Bearer ${this.#token}`;
    const init =
      body === undefined
        ? { headers: { authorization }, method }
        : { headers: { authorization, 'content-type': 'application/json' }, method, body: JSON.stringify(body) };
    const cure = 'see that meridian-scheduler runs on this host';
    const response = await fetch(`${this.#url}${path}`, { ...init, signal: AbortSignal.timeout(ASK_LIMIT_MS) }).catch(
      (error: Error) => {
        throw new HostError('CENTRE_AWAY', `the centre does not answer at ${this.#url}`, cure, { cause: error });
      },
    );
    const text = await response.text();
    if (!response.ok) {
      if (text.includes('"NODE_ID_TAKEN"')) throw new HostError('HOST_ID_TAKEN', text, takenCure);
      const isOurs = response.status === 409;
      const way = isOurs ? 'do first what the message says, or wait for it' : cure;
      throw new HostError('CENTRE_REFUSED', `${path}: HTTP ${response.status} ${text}`, way);
    }
    return JSON.parse(text);
  }
}
