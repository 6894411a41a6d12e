// Signaling nodes of the service's own code in a process and in virtual time, with their clients' side, their rooms and
// links; sockets, transport of links, centre and media nodes are in memory. Nothing happens unless the clock is
// advanced (`until`, `run`).
import { TurnServers } from '@meridian/node-shell';
import {
  accessOf,
  call,
  decodeServerFrame,
  encodeClientFrame,
  MeridianError,
  type Note,
  note,
  onNote,
  post,
  type Rpc,
  rpc,
  tokenScopes,
  type wire,
} from '@meridian/protocol';
import {
  Authority,
  type Credentials,
  createLogger,
  type Link,
  ManualClock,
  type Rng,
  seededRng,
} from '@meridian/runtime';
import { Receipts } from '../../src/adapters/receipts.ts';
import { ClientService } from '../../src/clients/client-service.ts';
import type { ServiceCounters } from '../../src/clients/context.ts';
import { handleOwnerMessages } from '../../src/clients/owner-messages.ts';
import { PlacementExplainer } from '../../src/clients/placement-explainer.ts';
import { Timings } from '../../src/clients/timings.ts';
import { isCleanClose } from '../../src/core/index.ts';
import { translated } from '../../src/failures.ts';
import type { NodeLinks, NodeNoteHandlers } from '../../src/links/nodes.ts';
import { PeerLinks } from '../../src/links/peers.ts';
import { localPort } from '../../src/owner/local-port.ts';
import { OfferIssuer } from '../../src/owner/offer-issuer.ts';
import { OwnedRooms } from '../../src/owner/owned-rooms.ts';
import { remotePort } from '../../src/owner/remote-port.ts';
import { serveSignalingNodes } from '../../src/owner/serve-signaling-nodes.ts';
import { signalingSink } from '../../src/peer-sink.ts';
import type { ClientSocket, ClientSocketHandlers } from '../../src/ports.ts';
import { joinMessage, rtp, type TokenOptions } from '../service/rig/client.ts';
import { FakeNode } from '../service/rig/node.ts';
import { MemoryCentre } from './memory-centre.ts';
import { MemoryLink } from './memory-link.ts';

const TENANT = 'acme';
const LIFETIME_MS = 3_600_000;
const log = createLogger({ name: 'test', level: process.env['TEST_LOG'] ?? 'silent' });
const nothing = (): void => undefined;
const counters: ServiceCounters = {
  frame: nothing,
  error: nothing,
  dataDropped: nothing,
  joinStep: nothing,
  join: nothing,
  timing: nothing,
  warm: nothing,
  stayQualityLost: nothing,
  qualitySettled: nothing,
  journalSettled: nothing,
  move: nothing,
};

export interface MemoryCloudOptions {
  /** Delay of links between signaling nodes, one way; default 0. */
  readonly delayMs?: number;
  readonly seed?: string;
}

export class MemoryCloud {
  readonly clock: ManualClock;
  readonly centre = new MemoryCentre();
  readonly mediaNodes = new Map<string, FakeNode>();
  readonly nodes: MemoryNode[] = [];
  readonly authority: Authority;
  readonly delayMs: number;
  readonly rng: Rng;
  readonly log = log;

  static async start(o: MemoryCloudOptions = {}): Promise<MemoryCloud> {
    const clock = new ManualClock();
    return new MemoryCloud(o, clock, await Authority.create({ clock }));
  }

  private constructor({ delayMs = 0, seed = 'cloud' }: MemoryCloudOptions, clock: ManualClock, authority: Authority) {
    this.clock = clock;
    this.authority = authority;
    this.delayMs = delayMs;
    this.rng = seededRng(seed);
  }

  mediaNode(id: string, region: string): FakeNode {
    const node = new FakeNode({ id, region, authority: this.authority, clock: this.clock, log });
    this.mediaNodes.set(id, node);
    this.centre.add(id, 'sfu', region);
    return node;
  }

  /** Adds a signaling node, linked with all others. */
  async node(id: string, region: string): Promise<MemoryNode> {
    this.centre.add(id, 'signaling', region);
    const identity = { id, kind: 'signaling', region };
    const node = new MemoryNode(this, await this.authority.issueCredentials(identity, LIFETIME_MS));
    for (const other of this.nodes) if (!other.isGone) node.linkWith(other);
    this.nodes.push(node);
    return node;
  }

  /** Advances the clock timer by timer until the condition holds; fails after `withinMs` on the clock. */
  async until(condition: () => boolean, what: string, withinMs = 60_000): Promise<void> {
    const endMs = this.clock.nowMs() + withinMs;
    for (;;) {
      await settled();
      if (condition()) return;
      if (!this.clock.step(endMs)) throw new Error(`not within ${withinMs} ms: ${what}`);
    }
  }

  /** Advances the clock; timers of a slice fire before their consequences. */
  async run(ms: number, sliceMs = 10): Promise<void> {
    for (const endMs = this.clock.nowMs() + ms; this.clock.nowMs() < endMs; ) {
      this.clock.advance(Math.min(sliceMs, endMs - this.clock.nowMs()));
      await settled();
    }
  }

  /** Ends everything; no active timer is left. */
  close(): void {
    for (const node of this.nodes) node.kill();
  }
}

/** Resolves when all that needs no clock has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export class MemoryNode {
  readonly id: string;
  readonly clients: ClientService;
  readonly owned: OwnedRooms;
  readonly links: MemoryLink[] = [];
  /** Answered joins for the api: tenant and code. */
  readonly joins: string[] = [];
  /** Steps of joins that succeeded, in order. */
  readonly joinSteps: string[] = [];
  isGone = false;
  readonly #cloud: MemoryCloud;
  readonly #peers: PeerLinks;
  readonly #sockets = new Set<MemorySocket>();

  constructor(cloud: MemoryCloud, credentials: Credentials) {
    this.#cloud = cloud;
    this.id = credentials.identity.id;
    const { clock, centre } = cloud;
    const selfId = this.id;
    const rng = cloud.rng.fork(selfId);
    const port = centre.portOf(selfId);
    const nodes = this.#nodeLinks();
    const base = { clock, log, rng, credentials: () => credentials };
    this.#peers = new PeerLinks({
      ...base,
      selfId,
      fleet: () => centre.fleet,
      onLink: (link) => {
        serveSignalingNodes(link, this.owned);
        handleOwnerMessages(link, this.clients, log);
      },
      onGone: (signalingId) => {
        this.owned.signalingNodeGone(signalingId);
        this.clients.ownerGone((room) => room.ownerId === signalingId);
      },
      onLinkChange: (signalingId) => this.clients.announceAgainTo(signalingId),
    });
    const rejectApiCall = () => Promise.reject(new MeridianError('API_UNREACHABLE'));
    this.owned = new OwnedRooms({
      ...base,
      selfId,
      centre: port,
      counters,
      nodes,
      offerIssuer: new OfferIssuer({ ...base, fleet: () => centre.fleet }),
      signalingNodes: signalingSink(selfId, () => this.clients, this.#peers, nothing),
      api: { call: rejectApiCall },
      roomGuards: { policyOf: () => undefined },
      policyFile: { load: () => undefined, save: nothing },
      removeFromBreakOut: (...removal) => this.clients.removeFromBreakOut(...removal),
      onLost: (lost) => this.clients.ownerGone((room) => room.roomKey === lost.roomKey && room.epoch <= lost.epoch),
    });
    const receipts = new Receipts(() => clock.wallMs());
    this.clients = new ClientService({
      ...base,
      selfId,
      region: credentials.identity.region,
      development: true,
      trustedProxies: [],
      centre: port,
      nodes,
      timings: new Timings({ receipts, clock, send: () => true, echoUrlOf: () => undefined, countTime: nothing }),
      placementExplainer: new PlacementExplainer({ clock, centre: port }),
      checkRooms: { accessOf: (access) => access },
      receipts,
      turn: new TurnServers(undefined, clock),
      stayQualities: { put: nothing, over: nothing },
      qualityRounds: { begin: () => undefined, over: nothing, onDifference: nothing },
      joins: { join: (tenant, code) => this.joins.push(`${tenant} ${code}`) },
      counters: { ...counters, joinStep: (step) => this.joinSteps.push(step) },
      verifyToken: async (token) => verified(token),
      mintToken: rejectApiCall,
      limitsOf: () => ({ seats: 0, rooms: 0, publishBps: 0, recording: '', version: 0 }),
      crowdAt: (signalingId, roomKey, page) => this.#peers.call(signalingId, rpc.crowdOf, { roomKey, page }),
      staleEpoch: (room) => {
        if (room.ownerId === selfId) this.owned.lose(room.roomKey, 'a media node knows a newer owner');
        this.clients.epochRefused(room);
      },
      isReachable: (signalingId) => signalingId === selfId || this.#peers.ensureLink(signalingId),
      portFor: async (lease) =>
        lease.ownerId === selfId ? localPort(await this.owned.ensure(lease), selfId) : remotePort(this.#peers, lease),
    });
  }

  linkWith(other: MemoryNode): void {
    const identityOf = ({ id }: MemoryNode) => ({ id, kind: 'signaling', region: '' });
    const [mine, its] = MemoryLink.pair(identityOf(this), identityOf(other), this.#cloud);
    this.links.push(mine);
    other.links.push(its);
    this.#peers.take(mine);
    other.#peers.take(its);
  }

  /** Opens a socket of a client at this address. */
  open(receiver: FrameReceiver, clientIp = '127.0.0.1'): MemorySocket {
    const socket = new MemorySocket(receiver, () => this.#sockets.delete(socket));
    this.#sockets.add(socket);
    socket.listen(this.clients.open(socket, { clientIp, prove: () => true }));
    return socket;
  }

  /** Dies as by kill -9: links and sockets end silently, and the node does nothing more. Idempotent. */
  kill(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#cloud.centre.gone(this.id);
    this.#peers.close('killed');
    for (const socket of [...this.#sockets]) socket.cut();
    void this.owned.close();
    void this.clients.close();
  }

  stop(): Promise<void> {
    return this.clients.close();
  }

  /** Links to media nodes, made on the first request. */
  #nodeLinks(): NodeLinks {
    const { mediaNodes, clock } = this.#cloud;
    const links = new Map<string, Link>();
    const linkTo = (nodeId: string): Link => {
      const known = links.get(nodeId);
      if (known !== undefined) return known;
      const node = mediaNodes.get(nodeId);
      if (node === undefined || this.isGone) throw new MeridianError('NODE_UNREACHABLE');
      const self = { id: this.id, kind: 'signaling', region: '' };
      const [mine, its] = MemoryLink.pair(self, { id: nodeId, kind: 'sfu', region: '' }, { clock, delayMs: 0 });
      links.set(nodeId, mine);
      node.serve(its);
      const notes = this.clients.noteHandlers(this.owned);
      for (const name of Object.keys(notes) as (keyof NodeNoteHandlers)[])
        onNote(mine, note[name] as Note<never, object>, (message) => notes[name](message, nodeId));
      return mine;
    };
    const called = async <Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>): Promise<A> =>
      translated(call(linkTo(nodeId), kind, message), 'NODE_UNREACHABLE');
    const posted = <M, MP>(nodeId: string, kind: Note<M, MP>, message: NoInfer<MP>): boolean =>
      mediaNodes.has(nodeId) && !this.isGone && post(linkTo(nodeId), kind, message);
    const ports: Pick<NodeLinks, 'call' | 'post' | 'hold' | 'release'> = {
      call: called,
      post: posted,
      hold: nothing,
      release: nothing,
    };
    return ports as NodeLinks;
  }
}

/** Receiver of a socket's frames; `onEnd` is called once, with `code` 0 for a cut. */
export interface FrameReceiver {
  onFrame(frame: Uint8Array): void;
  onEnd(code: number, reason: string): void;
}

export class MemorySocket implements ClientSocket {
  /** Number of data messages that it takes, for a client that reads too slowly. */
  dataRoom = Infinity;
  readonly #receiver: FrameReceiver;
  readonly #onGone: () => void;
  #service: ClientSocketHandlers | undefined;
  #isOver = false;

  constructor(receiver: FrameReceiver, onGone: () => void) {
    this.#receiver = receiver;
    this.#onGone = onGone;
  }

  listen(service: ClientSocketHandlers): void {
    this.#service = service;
  }

  // ---- service end

  send(frame: Uint8Array): boolean {
    if (!this.#isOver) this.#receiver.onFrame(frame);
    return true;
  }
  sendData(frame: Uint8Array): boolean {
    if (this.dataRoom === 0) return false;
    this.dataRoom -= 1;
    return this.send(frame);
  }
  close(code: number, reason: string): void {
    this.#end(code, reason);
  }
  terminate(): void {
    this.#end(0, 'cut');
  }

  // ---- client end

  say(frame: Uint8Array): void {
    if (!this.#isOver) this.#service?.onFrame(frame);
  }
  /** 1000 and 1001 leave; 0 is a lost connection. */
  leave(code: number): void {
    this.#end(code, '');
  }
  /** Ends the socket after the node has gone: only the client is informed. */
  cut(): void {
    this.#service = undefined;
    this.#end(0, 'cut');
  }

  #end(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onGone();
    this.#receiver.onEnd(code, reason);
    const service = this.#service;
    queueMicrotask(() => service?.onEnd(isCleanClose(code), reason));
  }
}

/** Returns the claims of a token, which here are the token itself. */
export function tokenOf({ identity = 'ann', room = 'lobby', video, claims }: TokenOptions): string {
  const exp = 4_000_000_000;
  return JSON.stringify({
    sub: identity,
    name: `name of ${identity}`,
    exp,
    ...claims,
    video: { room, roomJoin: true, ...video },
  });
}

function verified(token: string) {
  const result = accessOf(JSON.parse(token), { tenant: TENANT, scopes: tokenScopes });
  if (!result.ok) throw new MeridianError(result.code);
  const { tokenId, via } = result.access;
  const origin = { tenant: TENANT, apiKey: 'key', tokenId, via, issuedWallMs: undefined };
  return { access: result.access, expired: false, origin };
}

/** A client that keeps all frames, as `TestClient` of the service tests. */
export class MemoryClient implements FrameReceiver {
  readonly heard: wire.ServerFrame[] = [];
  joined: wire.Joined | undefined;
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #cloud: MemoryCloud;
  readonly socket: MemorySocket;
  #requests = 0;
  readonly #answers = new Map<number, wire.ServerFrame>();

  constructor(cloud: MemoryCloud, node: MemoryNode, clientIp?: string) {
    this.#cloud = cloud;
    this.socket = node.open(this, clientIp);
  }

  /** Rejects with the code of a refusal. */
  static async join(
    cloud: MemoryCloud,
    node: MemoryNode,
    o: TokenOptions & { join?: wire.Join.$Properties; clientIp?: string } = {},
  ): Promise<MemoryClient> {
    const client = new MemoryClient(cloud, node, o.clientIp);
    const { error } = await client.request({ join: joinMessage(tokenOf(o), o.join) });
    if (error != null) throw new Error(`${error.code}: ${error.message}`);
    return client;
  }

  onFrame(bytes: Uint8Array): void {
    const frame = decodeServerFrame(bytes);
    if (frame.joined != null) this.joined = frame.joined as wire.Joined;
    if (frame.replyTo > 0) this.#answers.set(frame.replyTo, frame);
    else this.heard.push(frame);
  }

  onEnd(code: number, reason: string): void {
    this.closed = { code, reason };
  }

  send(frame: wire.ClientFrame.$Properties): void {
    this.socket.say(encodeClientFrame(frame));
  }

  leave(code = 1000): void {
    this.socket.leave(code);
  }

  async request(body: wire.ClientFrame.$Properties): Promise<wire.ServerFrame> {
    const requestId = ++this.#requests;
    this.send({ ...body, requestId });
    await this.#cloud.until(
      () => this.#answers.has(requestId) || this.closed !== undefined,
      `an answer to ${Object.keys(body)[0]}`,
    );
    const answer = this.#answers.get(requestId);
    if (answer === undefined) throw new Error(`closed with ${this.closed?.reason} before the answer`);
    return answer;
  }

  /** Returns the error code of the answer, or the answer's name. */
  async outcome(body: wire.ClientFrame.$Properties): Promise<string> {
    const answer = await this.request(body);
    return answer.error?.code ?? answer.body ?? '';
  }

  publish(trackId: string): Promise<string> {
    return this.outcome({ publish: { track: { trackId, kind: 1, source: 2, name: 'mic' }, rtpParameters: rtp } });
  }

  events(): wire.RoomEvent.$Properties[] {
    return this.heard.flatMap((frame) => frame.roomEvents?.events ?? []);
  }

  tracksReceived(): string[] {
    const added = this.heard.flatMap((frame) => frame.subscriptionsAdded?.subscriptions ?? []);
    return [...(this.joined?.subscriptions ?? []), ...added].map(({ trackId }) => trackId ?? '');
  }

  disconnect(): wire.Disconnect.$Properties | undefined {
    return this.heard.find((frame) => frame.disconnect)?.disconnect ?? undefined;
  }

  async ends(): Promise<{ readonly code: number; readonly reason: string }> {
    await this.#cloud.until(() => this.closed !== undefined, 'the end of the socket');
    return this.closed ?? { code: 0, reason: '' };
  }
}
