// Gateways of one process: requests pass through the wire's messages, and a script answers.
import {
  isDisplayName,
  isIdentity,
  isRoomName,
  MeridianError,
  type NodeKind,
  nodeKind,
  partsOfRoomKey,
  type Rpc,
  rpc,
  serve,
  type wire,
} from '@meridian/protocol';
import { callNode, linkedOf, ScriptedNode } from './scripted-node.ts';

type Wanted = wire.StreamAddressesRequest;
const CLIENTS = ['encoder', 'miniprogram', 'h5'];
function check(isWell: boolean): void {
  if (!isWell) throw new MeridianError('REQUEST_INVALID');
}

export class ScriptedGateway extends ScriptedNode {
  state: 'alive' | 'draining' | 'dead' = 'alive';
  /** Refusal of the next order or request for a stream key. */
  refusal: MeridianError | undefined;
  readonly keyRequests: Wanted[] = [];
  /** By room key. */
  readonly live = new Map<string, wire.LiveRoom.$Properties>();
  /** Orders of its pushes and pulls, with their reported states. */
  readonly streams = new Map<string, { order: wire.RoomStreamOrder; state: wire.RoomStreamState.$Properties }>();

  constructor(nodeId: string, region: string) {
    super(nodeId, region);
    serve(this.side, rpc.streamAddresses, (wanted) => {
      const { id, room, name, client, canPublish, canPlay, identity } = wanted;
      check(id !== '' && isRoomName(room) && isIdentity(identity) && isDisplayName(name) && CLIENTS.includes(client));
      this.keyRequests.push(wanted);
      const rtmp = { server: `rtmp://${nodeId}/live`, key: 'sealed', url: `rtmp://${nodeId}/live/sealed` };
      const sealedUrl = `http://${nodeId}/live/sealed`;
      return {
        ...(canPublish && {
          publish: { identity, rtmp, h5: sealedUrl, whipUrl: `http://${nodeId}/whip`, whipKey: 'sealed' },
        }),
        ...(canPlay && { play: { rtmp: rtmp.url, flv: sealedUrl, wsFlv: sealedUrl, h5: sealedUrl, hls: sealedUrl } }),
      };
    });
    serve(this.side, rpc.roomStream, (order) => {
      const { id, kind, room, url } = order;
      check(id !== '' && ['push', 'pull'].includes(kind) && isRoomName(room) && /^rtmps?:/.test(url));
      const urlWithoutKey = `${url.slice(0, url.lastIndexOf('/'))}/***`;
      const state = { id, kind, url: urlWithoutKey, state: 'connecting', sinceWallMs: 1000, attempts: 1, ageMs: 0 };
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
      check(partsOfRoomKey(roomKey) !== undefined);
      return this.live.get(roomKey) ?? {};
    });
  }

  protected override onAsked(type: number): void {
    const { refusal } = this;
    if (refusal === undefined || (type !== rpc.streamAddresses.number && type !== rpc.roomStream.number)) return;
    this.refusal = undefined;
    throw refusal;
  }
}

export class ScriptedGateways {
  readonly fra = new ScriptedGateway('gw-fra', 'frankfurt');
  readonly sgp = new ScriptedGateway('gw-sgp', 'singapore');
  planned: ScriptedGateway[] = [this.fra, this.sgp];
  #onPlan: (plan: { nodes: wire.NodeRef.$Properties[] }) => void = () => undefined;

  set onPlan(onPlan: (plan: { nodes: wire.NodeRef.$Properties[] }) => void) {
    this.#onPlan = onPlan;
    this.plan();
  }

  plan(): void {
    const { gateway: kind } = nodeKind;
    this.#onPlan({ nodes: this.planned.map(({ nodeId, region, state }) => ({ nodeId, region, state, kind })) });
  }

  linkedNodes(kind: NodeKind): string[] {
    return kind === nodeKind.gateway ? linkedOf(this.planned) : [];
  }

  call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>): Promise<A> {
    return callNode([this.fra, this.sgp], nodeId, kind, message);
  }
}
