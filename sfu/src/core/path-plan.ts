// What the forwarder under the pipes shall know: whom (peers and the keys of both directions), which pipes (flows), and
// by which paths (routes). A pure function of the plan, of the centre's routes and of the open pipes; whoever runs the
// forwarder tells it the difference.

import { isInFence } from '@meridian/protocol';

/** Pipes of one neighbour that the forwarder tells apart: five bits of its header. */
export const flowsOfPeer = 32;

/** Another media node with a forwarder, by the last plan. */
export interface PathNode {
  readonly nodeId: string;
  readonly hostId: string;
  readonly region: string;
  readonly ip: string;
  readonly port: number;
}
/** How this host reaches another one; '' is the direct path, else a host to go by. */
export interface HostRoute {
  readonly primaryVia: string;
  readonly standbyVia: string | undefined;
  readonly pairKey: Uint8Array;
  /** The key before, which the other side may still use. */
  readonly previousKey?: Uint8Array | undefined;
  /** To send by, while the other side may not have the new one yet; undefined: `pairKey`. */
  readonly sendKey?: Uint8Array | undefined;
}
/**
 * A pipe that goes by the forwarder: its own address, the neighbour's forwarder, the keys that the two nodes told each
 * other (the same for all their pipes; of two that differ the later one's count), and by which number each of the two
 * knows it.
 */
export interface PathPipe {
  readonly remoteId: string;
  /** Of the rooms that it carries: it takes no relay outside. */
  readonly fence: string;
  readonly flow: number;
  readonly theirFlow: number;
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
  /** Hosts of neighbours that the plan names without a forwarder's address. */
  hostOf(nodeId: string): string | undefined;
  /** A node's number on the wire: 8 hexadecimal digits. */
  numberOf(nodeId: string): string;
  /** The key of one direction between two nodes, 32 hexadecimal digits. */
  derive(pairKey: Uint8Array, fromId: string, toId: string): string;
}
/** Commands of the forwarder (control.h) by what they are about: `peer ID`, `flow ID.N`, `route ID.N`. */
export type PathOrders = ReadonlyMap<string, string>;

export function pathOrders(view: PathView): PathOrders {
  const orders = new Map<string, string>();
  const numbers = new Map([[view.numberOf(view.selfId), view.selfId]]);
  const pipes = new Map(view.pipes.map((pipe) => [pipe.remoteId, pipe]));
  const nodes = new Map(view.nodes.map((node) => [node.nodeId, node]));
  // Two nodes with one number: the pipe's is the one that counts, and the other is no relay.
  for (const nodeId of [...pipes.keys(), ...[...nodes.keys()].sort()]) {
    const number = view.numberOf(nodeId);
    if (numbers.has(number)) continue;
    const peer = peerOf(view, nodeId, pipes.get(nodeId), nodes.get(nodeId));
    if (peer === undefined) continue;
    numbers.set(number, nodeId);
    orders.set(`peer ${number}`, `peer ${number} ${peer}`);
  }
  const isPeer = (nodeId: string): boolean => numbers.get(view.numberOf(nodeId)) === nodeId;
  for (const pipe of view.pipes) {
    if (!isPeer(pipe.remoteId)) continue;
    const name = flowName(view.numberOf(pipe.remoteId), pipe.flow);
    const theirs = pipe.theirFlow === 0 ? '' : ` ${pipe.theirFlow}`;
    orders.set(`flow ${name}`, `flow ${name} ${pipe.ip} ${pipe.port}${theirs}`);
    orders.set(`route ${name}`, `route ${name} ${pathsOf(view, pipe, isPeer)}`);
  }
  return orders;
}

/** How the forwarder calls a flow. */
export const flowName = (number: string, flow: number): string => (flow === 0 ? number : `${number}.${flow}`);

/** IP PORT TX-KEY RX-KEY...; undefined: no key is shared with it. */
function peerOf(
  view: PathView,
  nodeId: string,
  pipe: PathPipe | undefined,
  node: PathNode | undefined,
): string | undefined {
  const route = view.routes.get(node?.hostId ?? view.hostOf(nodeId) ?? '');
  const keys = [route?.pairKey, route?.previousKey].filter((key) => key !== undefined && key.length > 0);
  const receive = keys.flatMap((key) => (key === undefined ? [] : [view.derive(key, nodeId, view.selfId)]));
  if (pipe !== undefined) return [pipe.remoteIp, pipe.remotePort, pipe.sendKey, pipe.receiveKey, ...receive].join(' ');
  if (node === undefined || route === undefined || route.pairKey.length === 0) return undefined;
  return [node.ip, node.port, view.derive(route.sendKey ?? route.pairKey, view.selfId, nodeId), ...receive].join(' ');
}

/**
 * PRIMARY STANDBY. A path over a host without a forwarder that we know, or by one outside the fence, falls back to the
 * direct one.
 */
function pathsOf(
  view: PathView,
  { remoteId, fence }: Pick<PathPipe, 'remoteId' | 'fence'>,
  isPeer: (nodeId: string) => boolean,
): string {
  const toHost = view.hostOf(remoteId);
  const route = toHost === undefined ? undefined : view.routes.get(toHost);
  if (route === undefined) return 'direct none';
  const pathBy = (hostId: string): string => {
    if (hostId === '' || hostId === toHost) return 'direct';
    const relays = view.nodes.filter(
      (node) =>
        node.hostId === hostId && node.nodeId !== remoteId && isPeer(node.nodeId) && isInFence(fence, node.region),
    );
    // Any of that host's nodes serves; which one depends on the pair, so that the pairs of two hosts share them.
    const numbers = relays.map(({ nodeId }) => view.numberOf(nodeId)).sort();
    const turn = Number.parseInt(view.numberOf(view.selfId), 16) ^ Number.parseInt(view.numberOf(remoteId), 16);
    return numbers[(turn >>> 0) % Math.max(1, numbers.length)] ?? 'direct';
  };
  const primary = pathBy(route.primaryVia);
  const standby = route.standbyVia === undefined ? 'none' : pathBy(route.standbyVia);
  return `${primary} ${standby === primary ? 'none' : standby}`;
}

/**
 * The order that holds after the forwarder has taken its second path by itself; undefined: it was told of no such path.
 */
export function afterFlip(command: string, via: string): string | undefined {
  const [word, number, primary, standby] = command.split(' ');
  return word === 'route' && standby === via ? `route ${number} ${standby} ${primary}` : undefined;
}

/** What is said of one key; `key` is that of the orders also where the command takes it away. */
export interface OrderChange {
  readonly key: string;
  readonly command: string;
}

/**
 * What to say so that one who knows `told` knows `wanted`: what goes first leaves first, peers come before their flows
 * and those before their routes.
 */
export function orderChanges(told: PathOrders, wanted: PathOrders): OrderChange[] {
  const rank = (key: string): number => ['peer', 'flow', 'route'].indexOf(key.split(' ')[0] ?? '');
  const gone = [...told.keys()].filter((key) => !wanted.has(key) && !key.startsWith('route'));
  const leaving = gone.sort((a, b) => rank(b) - rank(a)).map((key) => ({ key, command: `un${key}` }));
  const changes = (word: string): OrderChange[] =>
    [...wanted].flatMap(([key, command]) =>
      key.startsWith(word) && told.get(key) !== command ? [{ key, command }] : [],
    );
  const staying = [...told].filter(([key]) => key.startsWith('flow') && wanted.has(key));
  const flows = inOrderOfPorts(staying, changes('flow'));
  // A flow that is made anew needs its route again.
  const taken = new Set(flows.flatMap(({ key, command }) => (command.startsWith('un') ? [key] : [])));
  const routes = [...wanted].flatMap(([key, command]) => {
    const flow = key.replace('route', 'flow');
    const isDue = told.get(key) !== command || !told.has(flow) || taken.has(flow);
    return key.startsWith('route') && isDue ? [{ key, command }] : [];
  });
  return [...leaving, ...changes('peer'), ...flows, ...routes];
}

/**
 * The changes in an order in which no flow is given a port that another one still has, which the forwarder refuses.
 * Where flows wait for each other's ports in a ring, one of them is taken away first.
 */
function inOrderOfPorts(staying: readonly (readonly [string, string])[], changes: OrderChange[]): OrderChange[] {
  const portOf = (command: string): string => command.split(' ')[3] ?? '';
  const holders = new Map(staying.map(([key, command]) => [portOf(command), key]));
  const ports = new Map(staying.map(([key, command]) => [key, portOf(command)]));
  const said: OrderChange[] = [];
  const leave = (key: string): void => {
    holders.delete(ports.get(key) ?? '');
    ports.delete(key);
  };
  let waiting = changes;
  while (waiting[0] !== undefined) {
    const blocked: OrderChange[] = [];
    for (const change of waiting) {
      const port = portOf(change.command);
      const holder = holders.get(port);
      if (holder !== undefined && holder !== change.key) {
        blocked.push(change);
        continue;
      }
      leave(change.key);
      holders.set(port, change.key);
      ports.set(change.key, port);
      said.push(change);
    }
    if (blocked.length === waiting.length) {
      const holder = holders.get(portOf(waiting[0].command)) ?? '';
      // One that stays where it is, or has been said already: the forwarder says no, and that is said again later.
      if (!blocked.some(({ key }) => key === holder)) return [...said, ...blocked];
      said.push({ key: holder, command: `un${holder}` });
      leave(holder);
    }
    waiting = blocked;
  }
  return said;
}
