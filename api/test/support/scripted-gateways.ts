// Gateways without a cloud: what they are asked goes through the wire's messages, and a script answers.
import {
  type ControlLink,
  call,
  isDisplayName,
  isIdentity,
  isRoomName,
  MeridianError,
  type NodeKind,
  nodeKind,
  partsOf,
  type Rpc,
  rpc,
  serve,
  type wire,
} from '@meridian/protocol';
import { nodeErrorOf } from '../../src/nodes/node-links.ts';

type Wanted = wire.StreamWaysWanted;
const CLIENTS = ['encoder', 'miniprogram', 'h5'];
function check(isWell: boolean): void {
  if (!isWell) throw new MeridianError('REQUEST_INVALID');
}

export class ScriptedGateway {
  readonly nodeId: string;
  readonly region: string;
  state: 'alive' | 'draining' | 'dead' = 'alive';
  /** `cut`: no link; `mute`: it does not answer in time. */
  link: 'up' | 'cut' | 'mute' = 'up';
  /** What the next order, or request for a stream key, is refused with. */
  refusal: MeridianError | undefined;
  /** Of stream keys. */
  readonly wanted: Wanted[] = [];
  /** By key of the room. */
  readonly live = new Map<string, wire.LiveRoom.$Properties>();
  /** Pushes and pulls that it has: their orders, and what it says of them. */
  readonly streams = new Map<string, { order: wire.RoomStreamOrder; state: wire.RoomStreamState.$Properties }>();
  readonly #handlers = new Map<number, (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array>();

  constructor(nodeId: string, region: string) {
    this.nodeId = nodeId;
    this.region = region;
    serve(this.side, rpc.streamWays, (wanted) => {
      const { id, room, name, client, canPublish, canPlay, identity } = wanted;
      check(id !== '' && isRoomName(room) && isIdentity(identity) && isDisplayName(name) && CLIENTS.includes(client));
      this.wanted.push(wanted);
      const rtmp = { server: `rtmp://${nodeId}/live`, key: 'sealed', url: `rtmp://${nodeId}/live/sealed` };
      const way = `http://${nodeId}/live/sealed`;
      return {
        ...(canPublish && {
          publish: { identity, rtmp, h5: way, whipUrl: `http://${nodeId}/whip`, whipKey: 'sealed' },
        }),
        ...(canPlay && { play: { rtmp: rtmp.url, flv: way, wsFlv: way, h5: way, hls: way } }),
      };
    });
    serve(this.side, rpc.roomStream, (order) => {
      const { id, kind, room, url } = order;
      check(id !== '' && ['push', 'pull'].includes(kind) && isRoomName(room) && /^rtmps?:/.test(url));
      const shown = `${url.slice(0, url.lastIndexOf('/'))}/***`;
      const state = { id, kind, url: shown, state: 'connecting', sinceWallMs: 1000, attempts: 1, ageMs: 0 };
      const stream = this.streams.get(id) ?? { order, state };
      this.streams.set(id, stream);
      return stream.state;
    });
    serve(this.side, rpc.roomStreamEnd, ({ id }) => {
      this.streams.delete(id);
      return {};
    });
    serve(this.side, rpc.roomStreams, () => ({ streams: [...this.streams.values()].map(({ state }) => state) }));
    serve(this.side, rpc.liveRoom, ({ roomKey }) => {
      check(partsOf(roomKey) !== undefined);
      return this.live.get(roomKey) ?? {};
    });
  }

  /** Both ends of its link. */
  get side(): ControlLink {
    return {
      request: async (type, payload) => {
        if (this.link === 'mute') throw Object.assign(new Error('no answer in time'), { code: 'LINK_DEADLINE' });
        const isOrder = type === rpc.streamWays.number || type === rpc.roomStream.number;
        const { refusal } = this;
        if (isOrder) this.refusal = undefined;
        if (isOrder && refusal !== undefined) throw refusal;
        const handler = this.#handlers.get(type);
        if (handler === undefined) throw new MeridianError('FRAME_UNKNOWN');
        return handler(payload);
      },
      onRequest: (type, handler) => void this.#handlers.set(type, handler),
      send: () => true,
      onMessage: () => undefined,
    };
  }
}

/** In place of the api's links to nodes; there are two at first. */
export class ScriptedGateways {
  readonly fra = new ScriptedGateway('gw-fra', 'frankfurt');
  readonly sgp = new ScriptedGateway('gw-sgp', 'singapore');
  /** Of the plan. */
  planned: ScriptedGateway[] = [this.fra, this.sgp];
  #onPlan: (plan: { nodes: wire.NodeRef.$Properties[] }) => void = () => undefined;

  set onPlan(onPlan: (plan: { nodes: wire.NodeRef.$Properties[] }) => void) {
    this.#onPlan = onPlan;
    this.plan();
  }

  /** The api gets `planned` as its plan. */
  plan(): void {
    const { gateway: kind } = nodeKind;
    this.#onPlan({ nodes: this.planned.map(({ nodeId, region, state }) => ({ nodeId, region, state, kind })) });
  }

  standing(kind: NodeKind): string[] {
    const linked = [this.fra, this.sgp].filter((one) => one.link !== 'cut' && this.planned.includes(one));
    return kind === nodeKind.gateway ? linked.map(({ nodeId }) => nodeId) : [];
  }

  async call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>): Promise<A> {
    const gateway = [this.fra, this.sgp].find((one) => one.nodeId === nodeId);
    if (gateway === undefined || gateway.link === 'cut') throw new MeridianError('NODE_UNREACHABLE');
    try {
      return await call(gateway.side, kind, message);
    } catch (error) {
      throw nodeErrorOf(error);
    }
  }
}
