// Computes the state that the forwarder under the pipes should have: peers (nodes with a forwarder) with the keys of
// both directions, flows (pipes) and their routes (paths), from the plan, the centre's routes and the open pipes.
// paths.ts sends the forwarder the difference, and adapters/pathd.ts writes it as text.

import { isInFence } from '@meridian/protocol';

/** Number of pipes per neighbour that the forwarder can tell apart: its header has five bits for them. */
export const flowsOfPeer = 32;

export interface PathNode {
  readonly nodeId: string;
  readonly hostId: string;
  readonly region: string;
  readonly ip: string;
  readonly port: number;
}
/** Route from this host to another host; '' is the direct path, any other value the host of a relay. */
export interface HostRoute {
  readonly primaryVia: string;
  readonly standbyVia: string | undefined;
  readonly pairKey: Uint8Array;
  /** Previous key, which the other side may still use. */
  readonly previousKey?: Uint8Array | undefined;
  /** Key for sending while the other side may lack the new key; undefined: `pairKey`. */
  readonly sendKey?: Uint8Array | undefined;
}
/**
 * A pipe through the forwarder. All pipes to a neighbour have the same keys; if they differ, the last pipe's are used.
 */
export interface PathPipe {
  readonly remoteId: string;
  /** Fence of the rooms that the pipe carries; its relays are inside this fence. */
  readonly fence: string;
  readonly flow: number;
  readonly remoteFlow: number;
  readonly ip: string;
  readonly port: number;
  readonly remoteIp: string;
  readonly remotePort: number;
  readonly sendKey: string;
  readonly receiveKey: string;
}
export interface PathView {
  readonly selfId: string;
  readonly nodes: readonly PathNode[];
  readonly routes: ReadonlyMap<string, HostRoute>;
  readonly pipes: readonly PathPipe[];
  hostOf(nodeId: string): string | undefined;
  /** Returns a node's number on the wire: 8 hexadecimal digits. */
  numberOf(nodeId: string): string;
  /** Returns the key of one direction between two nodes, 32 hexadecimal digits. */
  deriveKey(pairKey: Uint8Array, fromId: string, toId: string): string;
}
/** Address and keys of a node with a forwarder, for both directions. `name` is the node's number. */
export interface PeerOrder {
  readonly kind: 'peer';
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly sendKey: string;
  readonly receiveKeys: readonly string[];
}
/** Address of a pipe, and its flow number at the neighbour (0: none). `name` is the `flowName`. */
export interface FlowOrder {
  readonly kind: 'flow';
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly theirFlow: number;
}
/** Paths of a flow: the node number of a relay, `direct` or `none`. `name` is the flow's. */
export interface RouteOrder {
  readonly kind: 'route';
  readonly name: string;
  readonly primary: 'direct' | (string & {});
  readonly standby: 'direct' | 'none' | (string & {});
}
export type PathOrder = PeerOrder | FlowOrder | RouteOrder;

/** Removes a peer or a flow. A removed flow takes its route along. */
export interface RemovalOrder {
  readonly kind: 'unpeer' | 'unflow';
  readonly name: string;
}
export type PathOrders = ReadonlyMap<string, PathOrder>;

/** Returns the key of the peer, flow or route that an order sets. A removal has a kind, and a key, of its own. */
export const orderKey = ({ kind, name }: Pick<PathOrder, 'kind' | 'name'>): string => `${kind} ${name}`;

export function equalOrders(a: PathOrder | RemovalOrder | undefined, b: PathOrder | RemovalOrder | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind !== b.kind || a.name !== b.name) return false;
  if (a.kind === 'route' && b.kind === 'route') return a.primary === b.primary && a.standby === b.standby;
  if (a.kind === 'flow' && b.kind === 'flow') return a.ip === b.ip && a.port === b.port && a.theirFlow === b.theirFlow;
  if (a.kind !== 'peer' || b.kind !== 'peer') return true; // removals have only a name
  const isSameKeys = a.sendKey === b.sendKey && a.receiveKeys.join() === b.receiveKeys.join();
  return a.ip === b.ip && a.port === b.port && isSameKeys;
}

export function pathOrders(view: PathView): PathOrders {
  const orders = new Map<string, PathOrder>();
  const add = (order: PathOrder): void => {
    orders.set(orderKey(order), order);
  };
  const numbers = new Map([[view.numberOf(view.selfId), view.selfId]]);
  const pipes = new Map(view.pipes.map((pipe) => [pipe.remoteId, pipe]));
  const nodes = new Map(view.nodes.map((node) => [node.nodeId, node]));
  // If two nodes share a number, the node with the pipe becomes the peer; the other cannot be a relay.
  for (const nodeId of [...pipes.keys(), ...[...nodes.keys()].sort()]) {
    const number = view.numberOf(nodeId);
    if (numbers.has(number)) continue;
    const peer = peerOf(view, nodeId, pipes.get(nodeId), nodes.get(nodeId));
    if (peer === undefined) continue;
    numbers.set(number, nodeId);
    add({ kind: 'peer', name: number, ...peer });
  }
  const isPeer = (nodeId: string): boolean => numbers.get(view.numberOf(nodeId)) === nodeId;
  for (const pipe of view.pipes) {
    if (!isPeer(pipe.remoteId)) continue;
    const name = flowName(view.numberOf(pipe.remoteId), pipe.flow);
    add({ kind: 'flow', name, ip: pipe.ip, port: pipe.port, theirFlow: pipe.remoteFlow });
    add({ kind: 'route', name, ...pathsOf(view, pipe, isPeer) });
  }
  return orders;
}

export const flowName = (number: string, flow: number): string => (flow === 0 ? number : `${number}.${flow}`);

function peerOf(
  view: PathView,
  nodeId: string,
  pipe: PathPipe | undefined,
  node: PathNode | undefined,
): Omit<PeerOrder, 'kind' | 'name'> | undefined {
  const route = view.routes.get(node?.hostId ?? view.hostOf(nodeId) ?? '');
  const keys = [route?.pairKey, route?.previousKey].filter((key) => key !== undefined && key.length > 0);
  const receiveKeys = keys.flatMap((key) => (key === undefined ? [] : [view.deriveKey(key, nodeId, view.selfId)]));
  if (pipe !== undefined) {
    const { remoteIp: ip, remotePort: port, sendKey, receiveKey } = pipe;
    return { ip, port, sendKey, receiveKeys: [receiveKey, ...receiveKeys] };
  }
  if (node === undefined || route === undefined || route.pairKey.length === 0) return undefined;
  const sendKey = view.deriveKey(route.sendKey ?? route.pairKey, view.selfId, nodeId);
  return { ip: node.ip, port: node.port, sendKey, receiveKeys };
}

/** A path over a host without a known forwarder, or outside the fence, falls back to the direct path. */
function pathsOf(
  view: PathView,
  { remoteId, fence }: Pick<PathPipe, 'remoteId' | 'fence'>,
  isPeer: (nodeId: string) => boolean,
): Pick<RouteOrder, 'primary' | 'standby'> {
  const toHost = view.hostOf(remoteId);
  const route = toHost === undefined ? undefined : view.routes.get(toHost);
  if (route === undefined) return { primary: 'direct', standby: 'none' };
  const pathVia = (hostId: string): string => {
    if (hostId === '' || hostId === toHost) return 'direct';
    const relays = view.nodes.filter(
      (node) =>
        node.hostId === hostId && node.nodeId !== remoteId && isPeer(node.nodeId) && isInFence(fence, node.region),
    );
    // Any node of the relay host will do. The two node numbers pick one, so that pairs spread over the nodes.
    const numbers = relays.map(({ nodeId }) => view.numberOf(nodeId)).sort();
    const relaySeed = Number.parseInt(view.numberOf(view.selfId), 16) ^ Number.parseInt(view.numberOf(remoteId), 16);
    return numbers[(relaySeed >>> 0) % Math.max(1, numbers.length)] ?? 'direct';
  };
  const primary = pathVia(route.primaryVia);
  const standby = route.standbyVia === undefined ? 'none' : pathVia(route.standbyVia);
  return { primary, standby: standby === primary ? 'none' : standby };
}

/** Returns the route after the forwarder has switched to `via`; undefined when `via` is not the order's standby. */
export function afterFlip(order: PathOrder | undefined, via: string): RouteOrder | undefined {
  if (order?.kind !== 'route' || order.standby !== via) return undefined;
  return { ...order, primary: via, standby: order.primary };
}

export const isRemoval = (order: PathOrder | RemovalOrder): order is RemovalOrder =>
  order.kind === 'unpeer' || order.kind === 'unflow';

/** An order to send. `key`: `orderKey` of the peer, flow or route that the order sets or removes. */
export interface OrderChange {
  readonly key: string;
  readonly order: PathOrder | RemovalOrder;
}

/** Returns the order that removes a peer or flow; undefined for a route, which is removed with its flow. */
export function removalOf({ kind, name }: Pick<PathOrder, 'kind' | 'name'>): RemovalOrder | undefined {
  if (kind === 'route') return undefined;
  return { kind: kind === 'peer' ? 'unpeer' : 'unflow', name };
}

/** Returns the orders that lead from `current` to `wanted`: removals, then peers, then flows, then routes. */
export function orderChanges(current: PathOrders, wanted: PathOrders): OrderChange[] {
  const removedOrders = [...current].filter(([key]) => !wanted.has(key));
  const removed = (['flow', 'peer'] as const).flatMap((kind) =>
    removedOrders.flatMap(([key, order]) => (order.kind === kind ? removals(key, order) : [])),
  );
  const isNew = (key: string, order: PathOrder): boolean => !equalOrders(current.get(key), order);
  const peers = [...wanted].flatMap(([key, order]) =>
    order.kind === 'peer' && isNew(key, order) ? [{ key, order }] : [],
  );
  const flows = orderByPorts(
    [...current].flatMap(([key, order]) => (order.kind === 'flow' && wanted.has(key) ? [{ key, order }] : [])),
    [...wanted].flatMap(([key, order]) => (order.kind === 'flow' && isNew(key, order) ? [{ key, order }] : [])),
  );
  // The forwarder drops the route of a flow that is removed and added again.
  const removedFlows = new Set(flows.flatMap(({ key, order }) => (order.kind === 'unflow' ? [key] : [])));
  const routes = [...wanted].flatMap(([key, order]) => {
    const flow = orderKey({ kind: 'flow', name: order.name });
    const isDue = isNew(key, order) || !current.has(flow) || removedFlows.has(flow);
    return order.kind === 'route' && isDue ? [{ key, order }] : [];
  });
  return [...removed, ...peers, ...flows, ...routes];
}

function removals(key: string, order: PathOrder): OrderChange[] {
  const removal = removalOf(order);
  return removal === undefined ? [] : [{ key, order: removal }];
}

interface FlowChange {
  readonly key: string;
  readonly order: FlowOrder;
}

/**
 * Orders the changes so that no flow gets a port that another flow still has, which the forwarder would refuse. If
 * flows exchange ports in a ring, removes one of them first.
 */
function orderByPorts(staying: readonly FlowChange[], changes: readonly FlowChange[]): OrderChange[] {
  const flowsByPort = new Map(staying.map((flow) => [flow.order.port, flow]));
  const ports = new Map(staying.map(({ key, order }) => [key, order.port]));
  const ordered: OrderChange[] = [];
  const releasePort = (key: string): void => {
    const port = ports.get(key);
    if (port !== undefined) flowsByPort.delete(port);
    ports.delete(key);
  };
  let waiting = changes;
  while (waiting[0] !== undefined) {
    const blocked: FlowChange[] = [];
    for (const change of waiting) {
      const { port } = change.order;
      const holder = flowsByPort.get(port);
      if (holder !== undefined && holder.key !== change.key) {
        blocked.push(change);
        continue;
      }
      releasePort(change.key);
      flowsByPort.set(port, change);
      ports.set(change.key, port);
      ordered.push(change);
    }
    if (blocked.length === waiting.length) {
      const holder = flowsByPort.get(waiting[0].order.port);
      // A flow that does not change has the port: the forwarder will refuse this order, which is sent again later.
      if (holder === undefined || !blocked.some(({ key }) => key === holder.key)) return [...ordered, ...blocked];
      ordered.push(...removals(holder.key, holder.order));
      releasePort(holder.key);
    }
    waiting = blocked;
  }
  return ordered;
}
