// The edge caches of the cloud as this gateway knows them: it asks each how it is, and leads viewers by HLS to them.
import { type EdgeSigns, edgePath, edgeSignsOf, isEdgeProof } from '@meridian/node-shell';
import { errorInfoOf, type Point } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { EdgeStatus } from '../adapters/edge-status.ts';
import { chooseEdge, type Edge, type EdgeState } from '../core/edges.ts';
import type { Gateway } from '../core/nearest.ts';
import { type PlacedClient, type PlacedProgramme, type Placing, programmeKeyOf } from './placing.ts';

/** Between two questions to an edge; a player gives up a connection after 10 s. */
export const ASK_MS = 2000;
/** An answer that is later is none. */
const ANSWER_MS = 1500;
/** One lost answer is no death. */
const DEAD_AFTER = 2;

export interface EdgesConfig {
  readonly secret: string;
  readonly servers: readonly Edge[];
}

export interface EdgesOptions {
  /** Undefined: there are none. */
  readonly config: EdgesConfig | undefined;
  /** `askEdge`. */
  readonly ask: (url: string, signal: AbortSignal) => Promise<EdgeStatus>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A viewer of HLS. */
export interface EdgeViewer {
  /** Of the viewer, or of what stands for it. */
  readonly location: Point;
  readonly fence: string;
  /** The gateway that makes the stream. */
  readonly origin: Pick<Gateway, 'nodeId' | 'publicUrl'>;
  /** As of `programmeKeyOf`. */
  readonly programmeKey: string;
  readonly streamKey: string;
  readonly expiresWallMs: number;
}

/** What a viewer shows. */
export interface HlsKey {
  readonly streamKey: string;
  readonly expiresWallMs: number;
}

/**
 * URL of the folder where the client plays the programme: at an edge near it, else at its origin. Rejects as
 * `Placing.origin` and `Placing.locationOf`.
 */
export async function hlsBaseUrl(
  { placing, edges }: { readonly placing: Placing; readonly edges: Edges },
  programme: PlacedProgramme,
  { streamKey, expiresWallMs }: HlsKey,
  client: PlacedClient,
): Promise<string> {
  const origin = placing.origin(programme);
  const location = await placing.locationOf(client);
  const { fence } = programme;
  const programmeKey = programmeKeyOf(programme);
  const base = edges.baseUrlFor({ location, fence, origin, programmeKey, streamKey, expiresWallMs });
  return base ?? `${origin.publicUrl}/hls/${streamKey}`;
}

interface Watched {
  readonly edge: Edge;
  failures: number;
  status: EdgeStatus | undefined;
  /** Viewers led to it whom its status does not have yet: those of this interval and of the one before. */
  led: number;
  ledBefore: number;
}

export class Edges {
  readonly #o: EdgesOptions;
  readonly #signs: EdgeSigns | undefined;
  readonly #watched: readonly Watched[];
  readonly #timer: Timer | undefined;
  readonly #end = new AbortController();
  #asking: Promise<unknown> | undefined;

  constructor(o: EdgesOptions) {
    this.#o = o;
    const { config, clock } = o;
    this.#signs = config === undefined ? undefined : edgeSignsOf(config.secret);
    this.#watched = (config?.servers ?? []).map((edge) => ({
      edge,
      failures: 0,
      status: undefined,
      led: 0,
      ledBefore: 0,
    }));
    if (this.#watched.length === 0) return;
    this.#timer = clock.every(ASK_MS, () => void this.look());
    void this.look();
  }

  /** Of this cloud; each is alive once it has answered. */
  get states(): readonly EdgeState[] {
    return this.#watched.map(({ edge, status, led, ledBefore }) => ({
      edge,
      isAlive: status !== undefined,
      load: (status?.connections ?? 0) + led + ledBefore,
      gatewayIds: status?.gatewayIds ?? new Set(),
    }));
  }

  /** Whether a request comes from an edge, by its header `EDGE_HEADER`. */
  isEdge(shown: unknown): boolean {
    return this.#signs !== undefined && isEdgeProof(this.#signs, shown);
  }

  /** URL of the programme's folder at the edge for this viewer, who is counted there. Undefined: no edge is fit. */
  baseUrlFor(viewer: EdgeViewer): string | undefined {
    const { location, fence, origin, programmeKey, streamKey, expiresWallMs } = viewer;
    if (this.#signs === undefined) return undefined;
    const choice = { location, fence, originId: origin.nodeId, originUrl: origin.publicUrl, programmeKey };
    const chosen = chooseEdge(this.states, choice)?.edge;
    const watched = this.#watched.find(({ edge }) => edge === chosen);
    if (watched === undefined) return undefined;
    watched.led += 1;
    const path = edgePath(this.#signs, { originId: origin.nodeId, programmeKey, streamKey, expiresWallMs });
    return `${watched.edge.url}${path}`;
  }

  /** Asks all of them, unless that is going on. Resolves when all have answered, or were given up. */
  async look(): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#asking ??= Promise.all(this.#watched.map((one) => this.#ask(one))).finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  /** Asks no more; idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#end.abort();
  }

  async #ask(watched: Watched): Promise<void> {
    const { ask, clock, log } = this.#o;
    const { url } = watched.edge;
    const late = new AbortController();
    const timer = clock.after(ANSWER_MS, () => late.abort());
    const wasAlive = watched.status !== undefined;
    watched.ledBefore = watched.led;
    watched.led = 0;
    try {
      const signal = AbortSignal.any([late.signal, this.#end.signal]);
      watched.status = await ask(`${url}/edge/${this.#signs?.statusName}`, signal);
      watched.failures = 0;
      if (!wasAlive) log.info({ edge: url }, 'an edge is there');
    } catch (error) {
      watched.failures += 1;
      if (watched.failures < DEAD_AFTER || !wasAlive) return;
      watched.status = undefined;
      if (!this.#end.signal.aborted)
        log.warn({ edge: url, err: errorInfoOf(error) }, 'an edge does not answer: no viewer is led there');
    } finally {
      timer.cancel();
    }
  }
}
