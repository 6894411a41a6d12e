// What gateways, library nodes and edge caches know each other by. An edge is an nginx: it checks URLs of gateways by
// `secure_link_md5`, so their signature is MD5 of text that ends with a secret. It guards which programme a stream key
// is for, and until when; the stream key itself is sealed, and gateways look at it.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface EdgeSigns {
  /** Ends what is signed in URLs. */
  readonly signing: string;
  /** Value of the header `EDGE_HEADER`, by which an edge shows that it is one. */
  readonly proof: string;
  /** Name of an edge's status, below `/edge/`. */
  readonly statusName: string;
}

export const EDGE_HEADER = 'meridian-edge';
/**
 * Of an edge's status: ids of the gateways and library nodes that it fetches from, with blanks between. Its name is
 * from when there were gateways alone: edges whose files are older go on.
 */
export const EDGE_ORIGINS_HEADER = 'meridian-gateways';
/** Of a gateway's answer about a viewer: where it goes on. */
export const EDGE_LOCATION_HEADER = 'meridian-location';

/** `secret`: that of the cloud's edges, the same at all gateways and library nodes. */
export function edgeSignsOf(secret: string): EdgeSigns {
  const derived = (use: string): string =>
    createHmac('sha256', secret).update(`meridian edge ${use} 1`).digest('base64url').slice(0, 32);
  return { signing: derived('signing'), proof: derived('proof'), statusName: derived('status') };
}

/** Whether a request comes from an edge, by its header `EDGE_HEADER`. */
export function isEdgeProof({ proof }: EdgeSigns, shown: unknown): boolean {
  if (typeof shown !== 'string' || shown.length !== proof.length) return false;
  const [is, wanted] = [Buffer.from(shown), Buffer.from(proof)];
  return is.length === wanted.length && timingSafeEqual(is, wanted);
}

export interface EdgeUrl {
  /** The gateway that makes the stream: letters, digits, `.`, `_`, `-`. */
  readonly originId: string;
  /** Whatever tells the programme from all others. */
  readonly programmeKey: string;
  /** The viewer's. */
  readonly streamKey: string;
  readonly expiresWallMs: number;
}

/** Path of the folder of a programme at every edge, for one viewer: `/hls/EXPIRES/SIGNATURE/ORIGIN/PROGRAMME/KEY`. */
export function edgePath(signs: EdgeSigns, { originId, programmeKey, streamKey, expiresWallMs }: EdgeUrl): string {
  const expiresS = Math.floor(expiresWallMs / 1000);
  const programme = createHmac('sha256', signs.signing).update(programmeKey).digest('base64url').slice(0, 22);
  const signed = `${expiresS} ${originId} ${programme} ${streamKey} ${signs.signing}`;
  const signature = createHash('md5').update(signed).digest('base64url');
  return `/hls/${expiresS}/${signature}/${originId}/${programme}/${streamKey}`;
}

export interface LibraryEdgeUrl {
  /** The library node that has the content: letters, digits, `.`, `_`, `-`. */
  readonly originId: string;
  readonly contentId: string;
  /** Of a link to the content: origins are asked whether it counts. */
  readonly token: string;
}

/** What of a file of the library an edge fetches and keeps by itself: some seconds of a picture, one read of a disk. */
export const LIBRARY_SLICE_BYTES = 4 * 1_048_576;
/** Longer ones fit into no URL of an edge. */
const EDGE_TOKEN_MAX = 4096;

/** Path of the folder of a content at every edge: `/library/edge/ORIGIN/CONTENT/TOKEN`. Undefined: no edge takes it. */
export const libraryEdgePath = ({ originId, contentId, token }: LibraryEdgeUrl): string | undefined =>
  token.length > EDGE_TOKEN_MAX ? undefined : `/library/edge/${originId}/${contentId}/${token}`;
