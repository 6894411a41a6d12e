// A centre's answers about its fleet: nodes by city, links between their hosts.
import { isNodeId, MeridianError, partsOfRoomKey, wire } from '@meridian/protocol';
import type { ConsoleCentre } from '../../src/console/centre-views.ts';

const messages = wire;
function check(isWell: boolean): void {
  if (!isWell) throw new MeridianError('REQUEST_INVALID');
}

export interface ScriptedNode {
  readonly id: string;
  readonly city: string;
  readonly host?: string;
  readonly region?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly sessions?: number;
  readonly cpu?: number;
}

export const fleetNode = (o: ScriptedNode): wire.FleetNode.$Properties => ({
  node: {
    nodeId: o.id,
    kind: o.kind ?? 'sfu',
    region: o.region ?? 'eu',
    city: o.city,
    hostId: o.host ?? `host-${o.id}`,
    latitude: 50,
    longitude: 8,
    capacity: { sessions: 100 },
    versions: { software: '1.2.3' },
  },
  load: { cpu: o.cpu ?? 0.2, txBps: 10, rxBps: 20, rssBytes: 5, loopLagMsP99: 1 },
  state: o.state ?? 'alive',
  isLinked: true,
  silentMs: 40,
  sessionsSeen: o.sessions ?? 0,
});

export const seenLink = (
  fromHostId: string,
  toHostId: string,
  o: Partial<wire.LinkSeen.$Properties> = {},
): wire.LinkSeen.$Properties => ({
  fromHostId,
  toHostId,
  source: 'probe',
  rttMs: 20,
  jitterMs: 1,
  lossFast: 0,
  lossSlow: 0,
  pathMs: 10,
  isReachable: true,
  via: '',
  why: 'direct costs 10 ms, the least',
  ...o,
});

export const fleetSeen = (nodes: readonly wire.FleetNode.$Properties[]): wire.FleetSeen =>
  messages.FleetSeen.decode(messages.FleetSeen.encode({ nodes: [...nodes] }).finish());
export const linksSeen = (links: readonly wire.LinkSeen.$Properties[]): wire.LinksSeen =>
  messages.LinksSeen.decode(messages.LinksSeen.encode({ links: [...links] }).finish());

function withoutSent(load: wire.FleetNode.$Properties['load']): wire.Load.$Properties {
  const { sent: _, ...rest } = load ?? {};
  return rest;
}

export class ScriptedConsole implements ConsoleCentre {
  nodes: readonly wire.FleetNode.$Properties[] = [fleetNode({ id: 'sfu-1', city: 'Frankfurt' })];
  links: readonly wire.LinkSeen.$Properties[] = [];
  plans: Readonly<Record<string, object>> = {};
  readonly orders: wire.NodeCommand.$Properties[] = [];
  readonly requests: string[] = [];
  /** Log lines by node; a node without an entry is away. */
  logs: Readonly<Record<string, wire.LogLines.$Properties>> = {};
  readonly logAsks: wire.LogLinesRequest.$Properties[] = [];
  failure: Error | undefined;

  readonly fleetSeen = ({ withSent }: wire.FleetRequest.$Properties): Promise<wire.FleetSeen> =>
    this.#answer(withSent === true ? 'fleet with sent' : 'fleet', () =>
      fleetSeen(withSent === true ? this.nodes : this.nodes.map((node) => ({ ...node, load: withoutSent(node.load) }))),
    );
  readonly linksSeen = (ask: wire.LinksRequest.$Properties): Promise<wire.LinksSeen> => {
    const { usedOnly, hostId = '', withReasons } = ask;
    return this.#answer(`links ${usedOnly === true ? 'used' : 'all'} ${hostId}`.trim(), () => {
      check(hostId == null || hostId === '' || isNodeId(hostId));
      const wanted = this.links.filter(
        ({ fromHostId, toHostId, inUse }) =>
          (usedOnly !== true || inUse === true) && (hostId === '' || [fromHostId, toHostId].includes(hostId)),
      );
      return linksSeen(withReasons === true ? wanted : wanted.map((link) => ({ ...link, why: '' })));
    });
  };
  readonly roomPlanned = (roomKey: string): Promise<wire.RoomPlanned> =>
    this.#answer('plan', () => {
      check(partsOfRoomKey(roomKey) !== undefined);
      const json = JSON.stringify(this.plans[roomKey] ?? { nodeIds: [], members: [], paths: [], words: [] });
      return messages.RoomPlanned.decode(messages.RoomPlanned.encode({ json }).finish());
    });
  readonly nodeCommand = (order: wire.NodeCommand.$Properties): Promise<wire.NodeCommanded> =>
    this.#answer('order', () => {
      if (!this.nodes.some(({ node }) => node?.nodeId === order.nodeId))
        throw new MeridianError('REQUEST_INVALID', 'there is no such node');
      check(['cordon', 'drain', 'uncordon'].includes(order.command ?? '') && (order.reason ?? '').length <= 256);
      this.orders.push(order);
      return messages.NodeCommanded.decode(messages.NodeCommanded.encode({ heard: true }).finish());
    });

  readonly logsSought = async (ask: wire.LogsSought.$Properties): Promise<wire.LogLines> => {
    const nodeId = ask.nodeId ?? '';
    this.requests.push(`logs ${nodeId}`);
    if (this.failure !== undefined) throw this.failure;
    check(isNodeId(nodeId));
    this.logAsks.push(ask.wanted ?? {});
    const found = this.logs[nodeId];
    if (found === undefined) throw new MeridianError('NODE_UNREACHABLE');
    return messages.LogLines.decode(messages.LogLines.encode({ source: 'file', ...found }).finish());
  };

  async #answer<T>(what: string, make: () => T): Promise<T> {
    this.requests.push(what);
    if (this.failure !== undefined) throw this.failure;
    return make();
  }
}
