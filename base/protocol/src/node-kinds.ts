// The kinds of processes that meet over links, and which of them may dial which. A new kind of node is one line in each
// of the two lists.

/** What a certificate may say its bearer is. The centre's own is not among those that enrol: no node has it. */
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

/** By the dialling kind: the kinds that it may reach. Nodes dial the centre; of two of one kind their ids decide. */
const dials: { readonly [from in NodeKind]: readonly NodeKind[] } = {
  scheduler: [nodeKind.centre],
  sfu: [nodeKind.centre, nodeKind.media],
  signaling: [nodeKind.centre, nodeKind.media, nodeKind.signaling],
  'edge-probe': [nodeKind.centre, nodeKind.edgeProbe],
  gateway: [nodeKind.centre, nodeKind.signaling],
  api: [nodeKind.centre, nodeKind.signaling, nodeKind.gateway, nodeKind.recorder, nodeKind.library],
  recorder: [nodeKind.centre, nodeKind.signaling],
  library: [nodeKind.centre],
};

const isNodeKind = (kind: string): kind is NodeKind => Object.hasOwn(dials, kind);

/** Whether a node of kind `from` may open a link to one of kind `to`; both as certificates say them. */
export const mayDial = (from: string, to: NodeKind): boolean => isNodeKind(from) && dials[from].includes(to);

/** Kinds that enrol at the centre and register there: all but its own. */
export const registeringKinds: readonly NodeKind[] = Object.values(nodeKind).filter((kind) => kind !== nodeKind.centre);

/** Whether nodes of this kind open sessions for others over their links to signaling nodes. */
export const opensSessions = (kind: string): kind is 'gateway' | 'recorder' =>
  kind === nodeKind.gateway || kind === nodeKind.recorder;

/** What ids of the nodes that a host got by one invitation begin with. */
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
 * The id of a node of a host that joined by invitation: `sig-HOST`; of media nodes, of which a host has several,
 * `sfu-HOST-NUMBER`. Undefined for a kind that no host is invited with, and when the number is there and should not be,
 * or the other way round.
 */
export function nodeIdOnHost(o: { hostId: string; kind: string; number?: number | undefined }): string | undefined {
  const prefix = isNodeKind(o.kind) ? idPrefixes[o.kind] : undefined;
  const isNumbered = o.kind === nodeKind.media;
  if (prefix === undefined || isNumbered !== (o.number !== undefined)) return undefined;
  return isNumbered ? `${prefix}-${o.hostId}-${o.number}` : `${prefix}-${o.hostId}`;
}
