// Directs HLS viewers to edge caches.
import { type Edges, edgePath } from '@meridian/node-shell';
import type { Point } from '@meridian/protocol';
import type { Gateway } from '../core/nearest.ts';
import { type PlacedClient, type PlacedProgramme, type Placing, programmeKeyOf } from './placing.ts';

export interface EdgeViewer {
  /** Location of the viewer, or of its stand-in. */
  readonly location: Point;
  readonly fence: string;
  readonly origin: Pick<Gateway, 'nodeId' | 'publicUrl'>;
  readonly programmeKey: string;
  readonly streamKey: string;
  readonly expiresWallMs: number;
}

export interface HlsKey {
  readonly streamKey: string;
  readonly expiresWallMs: number;
}

/**
 * Returns the URL of the programme's folder for a client: at an edge near it, else at its origin. Rejects as
 * `Placing.origin` and `Placing.locationOf` do.
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

/** Returns the folder's URL at an edge for this viewer, which the edge counts; undefined without a suitable edge. */
function edgeUrlFor(edges: Edges, viewer: EdgeViewer): string | undefined {
  const { location, fence, origin, programmeKey, streamKey, expiresWallMs } = viewer;
  const { nodeId: originId, publicUrl: originUrl } = origin;
  const [edge] = edges.choose({ location, fence, originId, originUrl, contentKey: programmeKey }, 1);
  if (edges.signs === undefined || edge === undefined) return undefined;
  return `${edge.url}${edgePath(edges.signs, { originId, programmeKey, streamKey, expiresWallMs })}`;
}
