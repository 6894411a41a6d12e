// The centre's HTTP on the first server: invitations and the fleet, by the cluster token.
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

/** A node that is shut out. */
export interface Denial {
  readonly nodeId: string;
  readonly reason: string;
  readonly sinceWallMs: number;
}

export interface Fleet {
  readonly nodes: readonly FleetNode[];
  readonly denied: readonly Denial[];
  /** Drains and cordons of nodes that are not there. */
  readonly commandsAhead: readonly { readonly nodeId: string }[];
}

export interface HostLink {
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

/** Where the replacement of the certificate authority stands: `single`, `begin` or `switch`. */
export interface AuthorityView {
  readonly step: string;
  readonly fingerprint: string;
  readonly nextFingerprint: string | null;
  /** Nodes for which the next step would come too early. */
  readonly waitsFor: readonly string[];
}

export class CentreHttp {
  readonly #url: string;
  readonly #token: string;

  constructor(o: { readonly url: string; readonly token: string }) {
    this.#url = o.url;
    this.#token = o.token;
  }

  /** The text that is redeemed once, and how long it is good. HostError HOST_ID_TAKEN, and as all here. */
  async invite(body: InvitationRequest): Promise<{ token: string; expiresInMs: number }> {
    return (await this.#ask('/v1/invitations', body)) as { token: string; expiresInMs: number };
  }

  async nodes(): Promise<readonly FleetNode[]> {
    return (await this.fleet()).nodes;
  }

  async fleet(): Promise<Fleet> {
    return (await this.#ask('/v1/fleet')) as Fleet;
  }

  /** Shuts a node out, known or not: its links are cut, and its certificate counts for nothing. */
  async deny(nodeId: string, reason: string): Promise<void> {
    await this.#ask(`/v1/nodes/${encodeURIComponent(nodeId)}/deny`, { reason });
  }

  /** Lets a node in again that is shut out. */
  async allow(nodeId: string): Promise<void> {
    await this.#ask(`/v1/nodes/${encodeURIComponent(nodeId)}/deny`, undefined, 'DELETE');
  }

  /** Ends drain and cordon of a node that has them. */
  async uncordon(nodeId: string): Promise<void> {
    await this.#ask(`/v1/nodes/${encodeURIComponent(nodeId)}/uncordon`, {});
  }

  /** Of every ordered pair of hosts, what measured it: `guessed`: nothing has. */
  async links(): Promise<readonly HostLink[]> {
    return ((await this.#ask('/v1/links')) as { links: HostLink[] }).links;
  }

  async authority(): Promise<AuthorityView> {
    return (await this.#ask('/v1/authority')) as AuthorityView;
  }

  /** HostError CENTRE_REFUSED for a step out of order and, without `force`, for one that comes too early. */
  async rotateAuthority(step: string, force: boolean): Promise<AuthorityView> {
    return (await this.#ask('/v1/authority/rotate', { step, force })) as AuthorityView;
  }

  /** HostError: CENTRE_AWAY, CENTRE_REFUSED. */
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
