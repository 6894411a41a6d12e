// Layout of a room's media paths: nodes as boxes in their sites, in columns from the node where most tracks originate.
import type { PathSeen, RoomPlan } from '../../types.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface TreeNode extends Box {
  readonly nodeId: string;
  readonly hostId: string;
  readonly site: string;
  readonly sessions: number;
}
export interface TreeSite extends Box {
  readonly site: string;
}
export interface TreeEdge {
  readonly from: string;
  readonly to: string;
  readonly trackIds: readonly string[];
  /** Network path between the two hosts; undefined if unknown. */
  readonly path: PathSeen | undefined;
  readonly d: string;
  readonly label: { readonly x: number; readonly y: number; readonly isAbove: boolean };
}
export interface TreeTrack {
  readonly trackId: string;
  readonly origin: string;
  /** Hops in order from the origin. */
  readonly hops: readonly { readonly from: string; readonly to: string }[];
}
export interface Tree {
  readonly width: number;
  readonly height: number;
  readonly sites: readonly TreeSite[];
  readonly nodes: readonly TreeNode[];
  readonly edges: readonly TreeEdge[];
  readonly tracks: readonly TreeTrack[];
}

const NODE = { width: 176, height: 50, gap: 12 };
const SITE = { padding: 12, title: 26, gap: 24 };
const COLUMN_GAP = 210;
/** Width that edges within a column need, since they bow out to the right. */
const BOW = 74;
const MARGIN = 10;
/** Distance between the two edges of a pair of nodes, one for each direction. */
const EDGE_DISTANCE = 18;

type PlanNode = RoomPlan['nodes'][number];

export function treeOf({ nodes, hops, paths }: RoomPlan): Tree {
  const all = allNodes(nodes, hops);
  const tracks = tracksOf(hops);
  const columns = columnsOf(all, hops, tracks);
  const { boxes, sites, width, height } = laidOutBoxes(columns);
  const byId = new Map(boxes.map((box) => [box.nodeId, box]));
  const edges = mergedHops(hops).flatMap(({ from, to, trackIds }): TreeEdge[] => {
    const [start, end] = [byId.get(from), byId.get(to)];
    if (start === undefined || end === undefined) return [];
    return [{ from, to, trackIds, path: pathBetween(paths, start.hostId, end.hostId), ...curve(start, end) }];
  });
  return { width, height, sites, nodes: boxes, edges, tracks };
}

function allNodes(nodes: RoomPlan['nodes'], hops: RoomPlan['hops']): readonly PlanNode[] {
  const nodesById = new Map(nodes.map((node) => [node.nodeId, node]));
  for (const nodeId of hops.flatMap((hop) => [hop.fromNodeId, hop.nodeId]))
    if (!nodesById.has(nodeId)) nodesById.set(nodeId, { nodeId, hostId: '', site: '', sessions: 0 });
  return [...nodesById.values()];
}

/** Returns each track with its hops in order from its origin; hops that the origin does not reach come last. */
function tracksOf(hops: RoomPlan['hops']): readonly TreeTrack[] {
  const byTrack = Map.groupBy(hops, ({ trackId }) => trackId);
  return [...byTrack].map(([trackId, own]) => {
    const receiving = new Set(own.map(({ nodeId }) => nodeId));
    const origin = own.find(({ fromNodeId }) => !receiving.has(fromNodeId))?.fromNodeId ?? own[0]?.fromNodeId ?? '';
    const ordered: { from: string; to: string }[] = [];
    const reached = new Set([origin]);
    let remainingHops = own.map(({ fromNodeId, nodeId }) => ({ from: fromNodeId, to: nodeId }));
    while (remainingHops.length > 0) {
      const next = remainingHops.filter(({ from }) => reached.has(from));
      if (next.length === 0) break;
      ordered.push(...next);
      for (const { to } of next) reached.add(to);
      remainingHops = remainingHops.filter((hop) => !next.includes(hop));
    }
    return { trackId, origin, hops: [...ordered, ...remainingHops] };
  });
}

function columnsOf(
  nodes: readonly PlanNode[],
  hops: RoomPlan['hops'],
  tracks: readonly TreeTrack[],
): readonly (readonly PlanNode[])[] {
  const originCounts = new Map<string, number>();
  for (const { origin } of tracks) originCounts.set(origin, (originCounts.get(origin) ?? 0) + 1);
  const root = [...nodes].sort(
    (a, b) => (originCounts.get(b.nodeId) ?? 0) - (originCounts.get(a.nodeId) ?? 0) || b.sessions - a.sessions,
  )[0];
  if (root === undefined) return [];
  const depths = new Map([[root.nodeId, 0]]);
  let frontier = [root.nodeId];
  while (frontier.length > 0) {
    const depth = depths.get(frontier[0] ?? '') ?? 0;
    const next = hops
      .filter((hop) => frontier.includes(hop.fromNodeId) && !depths.has(hop.nodeId))
      .map((hop) => hop.nodeId);
    for (const nodeId of next) depths.set(nodeId, depth + 1);
    frontier = [...new Set(next)];
  }
  const columns: PlanNode[][] = [];
  // A node that no hop leads to goes into the first column.
  for (const node of nodes) {
    const depth = depths.get(node.nodeId) ?? 0;
    columns[depth] = [...(columns[depth] ?? []), node];
  }
  return columns;
}

function laidOutBoxes(columns: readonly (readonly PlanNode[])[]) {
  const columnWidth = NODE.width + 2 * SITE.padding;
  const siteHeight = (count: number): number =>
    SITE.title + count * NODE.height + (count - 1) * NODE.gap + SITE.padding;
  const bySite = columns.map((column) => [...Map.groupBy(column, ({ site }) => site)]);
  const heightOf = (groups: (typeof bySite)[number]): number =>
    groups.reduce((sum, [, { length }]) => sum + siteHeight(length) + SITE.gap, -SITE.gap);
  const tallest = Math.max(0, ...bySite.map(heightOf));
  const boxes: TreeNode[] = [];
  const sites: TreeSite[] = [];
  for (const [at, groups] of bySite.entries()) {
    const x = MARGIN + at * (columnWidth + COLUMN_GAP);
    let y = MARGIN + (tallest - heightOf(groups)) / 2;
    for (const [site, nodes] of groups) {
      sites.push({ site, x, y, width: columnWidth, height: siteHeight(nodes.length) });
      for (const [row, node] of nodes.entries())
        boxes.push({
          ...node,
          x: x + SITE.padding,
          y: y + SITE.title + row * (NODE.height + NODE.gap),
          width: NODE.width,
          height: NODE.height,
        });
      y += siteHeight(nodes.length) + SITE.gap;
    }
  }
  const width = 2 * MARGIN + columns.length * columnWidth + Math.max(0, columns.length - 1) * COLUMN_GAP + BOW;
  return { boxes, sites, width: columns.length === 0 ? 0 : width, height: 2 * MARGIN + tallest };
}

/** Merges the tracks between two nodes into one edge. */
function mergedHops(hops: RoomPlan['hops']): readonly Pick<TreeEdge, 'from' | 'to' | 'trackIds'>[] {
  const byWay = Map.groupBy(hops, ({ fromNodeId, nodeId }) => `${fromNodeId} ${nodeId}`);
  return [...byWay.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    return [{ from: first.fromNodeId, to: first.nodeId, trackIds: own.map(({ trackId }) => trackId) }];
  });
}

export function pathBetween(paths: readonly PathSeen[], fromHostId: string, toHostId: string): PathSeen | undefined {
  return paths.find((path) => path.fromHostId === fromHostId && path.toHostId === toHostId);
}

function curve(start: Box, end: Box): Pick<TreeEdge, 'd' | 'label'> {
  if (start.x === end.x) return bow(start, end);
  const isRight = end.x > start.x;
  const [x1, x2] = isRight ? [start.x + start.width, end.x] : [start.x, end.x + end.width];
  const shift = (isRight ? -EDGE_DISTANCE : EDGE_DISTANCE) / 2;
  const [y1, y2] = [start, end].map(({ y, height }) => y + height / 2 + shift) as [number, number];
  const half = (x2 - x1) / 2;
  return {
    d: `M${x1} ${y1}C${x1 + half} ${y1} ${x2 - half} ${y2} ${x2} ${y2}`,
    label: { ...pointAt(isRight ? LABEL_AT : 1 - LABEL_AT, { x: x1, y: y1 }, { x: x2, y: y2 }), isAbove: isRight },
  };
}

/** Position of a label on its edge, 0 … 1: past the middle, since labels near the node where edges meet overlap. */
const LABEL_AT = 0.68;
/** Returns the point at `t` (0 … 1) of a cubic curve that `curve` draws: level at both ends, symmetric. */
const pointAt = (t: number, start: { x: number; y: number }, end: { x: number; y: number }) => {
  const rest = 1 - t;
  return {
    x: start.x + (end.x - start.x) * (1.5 * t * rest + t ** 3),
    y: start.y + (end.y - start.y) * (3 * rest * t ** 2 + t ** 3),
  };
};

/** Draws an edge within a column: out to the right and back. */
function bow(start: Box, end: Box): Pick<TreeEdge, 'd' | 'label'> {
  const x = start.x + start.width;
  const isDown = end.y > start.y;
  const shift = (isDown ? EDGE_DISTANCE : -EDGE_DISTANCE) / 2;
  const [y1, y2] = [start, end].map(({ y, height }) => y + height / 2 + shift) as [number, number];
  const out = isDown ? BOW : BOW * 0.6;
  return {
    d: `M${x} ${y1}C${x + out} ${y1} ${x + out} ${y2} ${x} ${y2}`,
    label: { x: x + out * 0.75, y: (y1 + y2) / 2, isAbove: !isDown },
  };
}
