// Kinds of processes that meet over links, and which may dial which. A new kind needs a line in `nodeKind`, in `dials`
// and, if hosts are invited to run it, in `idPrefixes`.

/** Kinds in certificates. The centre does not enrol, so no enrolled node has the kind `scheduler`. */
export const nodeKind = {
  centre: 'scheduler',
  media: 'sfu',
  signaling: 'signaling',
  edgeProbe: 'edge-probe',
  gateway: 'gateway',
  api: 'api',
  recorder: 'recorder',
  library: 'library',
} as const;
export type NodeKind = (typeof nodeKind)[keyof typeof nodeKind];

/**
 * Kinds that each kind may dial. Of two media nodes, or two probes, the one with the lower id dials; of two signaling
 * nodes either may.
 */
const dials: { readonly [from in NodeKind]: readonly NodeKind[] } = {
  scheduler: [nodeKind.centre],
  sfu: [nodeKind.centre, nodeKind.media],
  signaling: [nodeKind.centre, nodeKind.media, nodeKind.signaling],
  'edge-probe': [nodeKind.centre, nodeKind.edgeProbe],
  gateway: [nodeKind.centre, nodeKind.signaling],
  api: [nodeKind.centre, nodeKind.signaling, nodeKind.gateway, nodeKind.recorder, nodeKind.library],
  recorder: [nodeKind.centre, nodeKind.signaling, nodeKind.recorder],
  library: [nodeKind.centre],
};

const isNodeKind = (kind: string): kind is NodeKind => Object.hasOwn(dials, kind);

export const mayDial = (from: string, to: NodeKind): boolean => isNodeKind(from) && dials[from].includes(to);

/** Kinds that enrol and register at the centre: all but its own. */
export const registeringKinds: readonly NodeKind[] = Object.values(nodeKind).filter((kind) => kind !== nodeKind.centre);

/** Returns true for openers: kinds that open sessions at signaling nodes for others, over their links. */
export const isOpener = (kind: string): kind is 'gateway' | 'recorder' =>
  kind === nodeKind.gateway || kind === nodeKind.recorder;

/** First part of the id of a node on an invited host; hosts are not invited to run other kinds. */
const idPrefixes: { readonly [kind in NodeKind]?: string } = {
  sfu: 'sfu',
  signaling: 'sig',
  'edge-probe': 'probe',
  gateway: 'gw',
  api: 'api',
  recorder: 'rec',
  library: 'lib',
};

/**
 * Returns the id of an invited host's node: `sig-HOST`, or `sfu-HOST-NUMBER` for media nodes, of which a host has
 * several. Returns undefined for a kind without a prefix in `idPrefixes`, and for a missing or superfluous number.
 */
export function nodeIdOnHost(o: { hostId: string; kind: string; number?: number | undefined }): string | undefined {
  const prefix = isNodeKind(o.kind) ? idPrefixes[o.kind] : undefined;
  const isNumbered = o.kind === nodeKind.media;
  if (prefix === undefined || isNumbered !== (o.number !== undefined)) return undefined;
  return isNumbered ? `${prefix}-${o.hostId}-${o.number}` : `${prefix}-${o.hostId}`;
}
