// Signatures by which gateways, library nodes and edge caches recognise each other. An edge is an nginx, which checks
// gateways' URLs by `secure_link_md5`, so the signature is the MD5 of a text that ends with a secret. It protects the
// programme of a stream key and its expiry; the stream key itself is sealed, and gateways check it.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { limits } from '@meridian/protocol';

export interface EdgeSigns {
  /** Secret at the end of the text that URLs sign. */
  readonly signing: string;
  /** Value of the header `EDGE_HEADER`, by which an edge proves itself. */
  readonly proof: string;
  /** Name of an edge's status, below `/edge/`. */
  readonly statusName: string;
}

/**
 * Header of an edge's status: ids of the gateways and library nodes that it fetches from, separated by blanks. The name
 * dates from edges that fetched only from gateways, and stays for edges with older files.
 */
export const EDGE_ORIGINS_HEADER = 'meridian-gateways';
/** Header of a gateway's answer about a viewer: the address that the viewer continues at. */
export const EDGE_LOCATION_HEADER = 'meridian-location';

/** `secret`: that of the cloud's edges, the same at all gateways and library nodes. */
export function edgeSignsOf(secret: string): EdgeSigns {
  const derived = (use: string): string =>
    createHmac('sha256', secret).update(`meridian edge ${use} 1`).digest('base64url').slice(0, 32);
  return { signing: derived('signing'), proof: derived('proof'), statusName: derived('status') };
}

export function isEdgeProof({ proof }: EdgeSigns, headerValue: unknown): boolean {
  if (typeof headerValue !== 'string' || headerValue.length !== proof.length) return false;
  const [actual, expected] = [Buffer.from(headerValue), Buffer.from(proof)];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

export interface EdgeUrl {
  /** Gateway that makes the stream: letters, digits, `.`, `_`, `-`. */
  readonly originId: string;
  readonly programmeKey: string;
  readonly streamKey: string;
  readonly expiresWallMs: number;
}

/** Returns a programme's folder at every edge, for a viewer: `/hls/EXPIRES/SIGNATURE/ORIGIN/PROGRAMME/KEY`. */
export function edgePath(signs: EdgeSigns, { originId, programmeKey, streamKey, expiresWallMs }: EdgeUrl): string {
  // The edge compares with its own clock, so the leeway of the key's end is part of the URL.
  const expiresS = Math.floor((expiresWallMs + limits.clockLeewayMs) / 1000);
  const programme = createHmac('sha256', signs.signing).update(programmeKey).digest('base64url').slice(0, 22);
  const signed = `${expiresS} ${originId} ${programme} ${streamKey} ${signs.signing}`;
  const signature = createHash('md5').update(signed).digest('base64url');
  return `/hls/${expiresS}/${signature}/${originId}/${programme}/${streamKey}`;
}

export interface LibraryEdgeUrl {
  /** Library node that has the content: letters, digits, `.`, `_`, `-`. */
  readonly originId: string;
  readonly contentId: string;
  /** Token of a link to the content, which the origin checks. */
  readonly token: string;
}

/** Part of a library file that an edge fetches and keeps at once: some seconds of video, a single disk read. */
export const LIBRARY_SLICE_BYTES = 4 * 1_048_576;
const EDGE_TOKEN_MAX = 4096;

/** Returns a content's folder at every edge, `/library/edge/ORIGIN/CONTENT/TOKEN`; undefined when no edge takes it. */
export const libraryEdgePath = ({ originId, contentId, token }: LibraryEdgeUrl): string | undefined =>
  token.length > EDGE_TOKEN_MAX ? undefined : `/library/edge/${originId}/${contentId}/${token}`;
