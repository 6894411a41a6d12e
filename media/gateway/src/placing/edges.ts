// Leads viewers by HLS to the edge caches of the cloud.
import { type Edges, edgePath } from '@meridian/node-shell';
import type { Point } from '@meridian/protocol';
import type { Gateway } from '../core/nearest.ts';
import { type PlacedClient, type PlacedProgramme, type Placing, programmeKeyOf } from './placing.ts';

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
  const base = edgeUrlFor(edges, { location, fence, origin, programmeKey, streamKey, expiresWallMs });
  return base ?? `${origin.publicUrl}/hls/${streamKey}`;
}

/** URL of the programme's folder at the edge for this viewer, which counts it. Undefined: no edge is fit. */
function edgeUrlFor(edges: Edges, viewer: EdgeViewer): string | undefined {
  const { location, fence, origin, programmeKey, streamKey, expiresWallMs } = viewer;
  const { nodeId: originId, publicUrl: originUrl } = origin;
  const [edge] = edges.choose({ location, fence, originId, originUrl, contentKey: programmeKey }, 1);
  if (edges.signs === undefined || edge === undefined) return undefined;
  return `${edge.url}${edgePath(edges.signs, { originId, programmeKey, streamKey, expiresWallMs })}`;
}
