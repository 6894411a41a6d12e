// A show of any size by the service's own code (memory-cloud.ts): its crowd joins, listens, counts, reacts, posts and
// raises a hand; its owner dies, then a node of the crowd. Every single viewer is checked.
import { decodeServerFrame, encodeClientFrame, encodeServerFrame, type wire } from '@meridian/protocol';
import { joinMessage } from '../service/rig/client.ts';
import {
  type FrameReceiver,
  MemoryClient,
  MemoryCloud,
  type MemoryNode,
  type MemorySocket,
  tokenOf,
} from './memory-cloud.ts';
import { cpuMs, heapBytes } from './process-cost.ts';

export interface ShowSize {
  readonly viewers: number;
  /** Signaling nodes with a crowd, beside the owner. At least 3. */
  readonly nodes: number;
  /** Returns the delay after which a viewer of a dead node joins anew. */
  rejoinAfterMs(rand: () => number): number;
  say?(line: string): void;
}

export interface ShowReport {
  /** Rates by the virtual clock; processor time and memory of this process. */
  readonly metrics: Record<string, number>;
  /** Failed checks. */
  readonly missed: string[];
}

const ROOM = 'lobby';
/** Delay between two signaling nodes of a continent, one way. */
const LINK_MS = 20;
const SLICE_MS = 10;
const JOIN_MS = 10_000;
/** Interval in which a part of the crowd leaves and comes back, repeatedly; not in step with the reported numbers. */
const CHURN_MS = 650;
const CHURN_TURNS = 8;
const CHURN_SHARE = 0.005;
/** Least viewers per node, so that its numbers change every second. */
const CHURN_MIN = 10;
const BROADCASTS = 10;
const REACT_MS = 2000;
const LIKES = 3;
const POST_MS = 6000;
/** Below the rate of a room (200), far above the rate of its crowd (20). */
const POSTS_PER_S = 150;
const LINES_PER_S = 20;
/** Nodes report numbers once a second and clients get them once a second; links add their delay twice. */
const COUNTED_MS = 3000;
/** Bound above every expected time. */
const LATE_MS = 15_000;

/** Facts that a frame contains for a viewer. */
interface FrameFacts {
  readonly events: number;
  readonly snapshots: number;
  readonly lines: number;
  readonly omitted: number;
}

/** Reads a frame once, since thousands get the same bytes. */
class FrameReader {
  #last: Uint8Array | undefined;
  #facts: FrameFacts = { events: 0, snapshots: 0, lines: 0, omitted: 0 };

  factsIn(bytes: Uint8Array): FrameFacts {
    if (bytes === this.#last) return this.#facts;
    const { roomEvents, rosterSnapshot, posts } = decodeServerFrame(bytes);
    this.#last = bytes;
    this.#facts = {
      events: Number(roomEvents != null),
      snapshots: Number(rosterSnapshot != null),
      lines: posts?.posts?.length ?? 0,
      omitted: posts?.omitted ?? 0,
    };
    return this.#facts;
  }
}

const JOIN_REQUEST = 1;
const joinedHead = encodeServerFrame({ replyTo: JOIN_REQUEST, joined: {} }).subarray(0, 3);
const isJoined = (frame: Uint8Array): boolean => joinedHead.every((byte, at) => frame[at] === byte);
const isAnswer = (frame: Uint8Array): boolean => frame[0] === joinedHead[0];

/** Viewer with signaling alone, which counts its messages. */
class Viewer implements FrameReceiver {
  readonly identity: string;
  node: MemoryNode;
  isIn = false;
  frames = 0;
  bytes = 0;
  events = 0;
  snapshots = 0;
  lines = 0;
  omitted = 0;
  /** Answers to its requests since it joined. */
  done = 0;
  refused = 0;
  ended = 0;
  onCut: (() => void) | undefined;
  #socket: MemorySocket | undefined;
  readonly #reader: FrameReader;

  constructor(identity: string, node: MemoryNode, reader: FrameReader) {
    this.identity = identity;
    this.node = node;
    this.#reader = reader;
  }

  join(node: MemoryNode): void {
    this.node = node;
    const socket = node.open(this);
    this.#socket = socket;
    const token = tokenOf({ identity: this.identity, room: ROOM });
    const join = joinMessage(token, { crowd: true, sendEndpoint: null, recvEndpoint: null, recvRtpCapabilities: null });
    socket.say(encodeClientFrame({ requestId: JOIN_REQUEST, join }));
  }

  ask(body: wire.ClientFrame.$Properties): void {
    this.#socket?.say(encodeClientFrame({ requestId: 2, ...body }));
  }

  leave(): void {
    this.#socket?.leave(1000);
  }

  onFrame(frame: Uint8Array): void {
    this.frames += 1;
    this.bytes += frame.byteLength;
    if (isAnswer(frame)) {
      if (isJoined(frame)) this.isIn = true;
      else if (decodeServerFrame(frame).error == null) this.done += 1;
      else this.refused += 1;
      return;
    }
    const { events, snapshots, lines, omitted } = this.#reader.factsIn(frame);
    this.events += events;
    this.snapshots += snapshots;
    this.lines += lines;
    this.omitted += omitted;
  }

  onEnd(): void {
    this.isIn = false;
    this.ended += 1;
    this.onCut?.();
  }
}

const parts = [
  'crowdJoins',
  'crowdComesAndGoes',
  'stageChanges',
  'crowdReacts',
  'crowdPosts',
  'handIsRaised',
  'ownerDies',
  'nodeDies',
  'crowdGoes',
] as const;

export async function showAtSize(size: ShowSize): Promise<ShowReport> {
  const cloud = await MemoryCloud.start({ delayMs: LINK_MS, seed: `show ${size.viewers}` });
  try {
    const show = await Show.open(cloud, size);
    for (const part of parts) {
      await show[part]();
      size.say?.(`${size.viewers} viewers: ${part}, after ${cloud.clock.nowMs() / 1000} s of the clock`);
    }
    return { metrics: show.metrics, missed: show.missed };
  } finally {
    cloud.close();
  }
}

class Show {
  readonly metrics: Record<string, number> = {};
  readonly missed: string[] = [];
  readonly #cloud: MemoryCloud;
  readonly #size: ShowSize;
  #owner: MemoryNode;
  readonly #crowdNodes: readonly MemoryNode[];
  /** Host at the first owner, and at the first node of the crowd. */
  readonly #hanna: MemoryClient;
  readonly #hugo: MemoryClient;
  readonly #viewers: readonly Viewer[];

  static async open(cloud: MemoryCloud, size: ShowSize): Promise<Show> {
    cloud.mediaNode('sfu-1', 'fra');
    const owner = await cloud.node('sig-owner', 'fra');
    const hanna = await hostAt(cloud, owner, 'hanna');
    await hanna.outcome({ act: { setRoom: { kind: 'show' } } });
    const nodes: MemoryNode[] = [];
    for (let at = 1; at <= size.nodes; at += 1) nodes.push(await cloud.node(`sig-${at}`, 'fra'));
    const [first] = nodes;
    if (first === undefined) throw new RangeError('a show at size has nodes');
    return new Show({ cloud, size, owner, nodes, hanna, hugo: await hostAt(cloud, first, 'hugo'), first });
  }

  private constructor(o: {
    cloud: MemoryCloud;
    size: ShowSize;
    owner: MemoryNode;
    nodes: readonly MemoryNode[];
    hanna: MemoryClient;
    hugo: MemoryClient;
    first: MemoryNode;
  }) {
    this.#cloud = o.cloud;
    this.#size = o.size;
    this.#owner = o.owner;
    this.#crowdNodes = o.nodes;
    this.#hanna = o.hanna;
    this.#hugo = o.hugo;
    const reader = new FrameReader();
    this.#viewers = Array.from(
      { length: o.size.viewers },
      (_, at) => new Viewer(`viewer-${at}`, o.nodes[at % o.nodes.length] ?? o.first, reader),
    );
  }

  async crowdJoins(): Promise<void> {
    const before = { bytes: heapBytes(), cpuMs: cpuMs() };
    await this.#spread(this.#viewers, JOIN_MS, (viewer) => viewer.join(viewer.node));
    const { viewers } = this.#size;
    this.metrics['joinCpuUsPerViewer'] = ((cpuMs() - before.cpuMs) * 1000) / viewers;
    await this.#cloud.run(COUNTED_MS);
    this.metrics['heapBytesPerViewer'] = (heapBytes() - before.bytes) / viewers;
    this.metrics['joined'] = this.#viewers.filter(({ isIn }) => isIn).length;
    this.#expect('joined', this.metrics['joined'], viewers);
    this.#expect('counted after the joins', this.#counted(this.#hanna), viewers);
  }

  /** The owner's load must be the same for ten thousand viewers as for a hundred thousand. */
  async crowdComesAndGoes(): Promise<void> {
    const before = this.#owned();
    const passedS = (2 * CHURN_MS * CHURN_TURNS) / 1000;
    const each = Math.max(Math.ceil(this.#size.viewers * CHURN_SHARE), CHURN_MIN * this.#size.nodes);
    for (let turn = 0; turn < CHURN_TURNS; turn += 1) {
      const some = this.#viewers.slice(turn * each, (turn + 1) * each);
      await this.#spread(some, CHURN_MS, (viewer) => viewer.leave());
      await this.#spread(some, CHURN_MS, (viewer) => viewer.join(viewer.node));
    }
    const after = this.#owned();
    this.metrics['ownerMessagesPerS'] = (after.count - before.count) / passedS;
    this.metrics['ownerBytesPerS'] = (after.bytes - before.bytes) / passedS;
    await this.#cloud.run(COUNTED_MS);
    this.#expect('in after coming and going', this.#viewers.filter(({ isIn }) => isIn).length, this.#size.viewers);
    this.#expect('counted after coming and going', this.#counted(this.#hugo), this.#size.viewers);
  }

  async stageChanges(): Promise<void> {
    const before = this.#viewers.map(({ events, bytes }) => ({ events, bytes }));
    let usedMs = 0;
    for (let turn = 0; turn < BROADCASTS; turn += 1) {
      const fromMs = cpuMs();
      await this.#hanna.outcome({ act: { setRoom: { title: `turn ${turn}` } } });
      await this.#cloud.run(4 * LINK_MS);
      usedMs += cpuMs() - fromMs;
    }
    this.#expectAll('heard what changed', (viewer, at) => viewer.events - (before[at]?.events ?? 0), BROADCASTS);
    const messages = BROADCASTS * this.#size.viewers;
    this.metrics['cpuUsPerViewerAndMessage'] = (usedMs * 1000) / messages;
    const bytes = this.#viewers.reduce((sum, viewer, at) => sum + viewer.bytes - (before[at]?.bytes ?? 0), 0);
    this.metrics['bytesPerViewerAndMessage'] = bytes / messages;
  }

  async crowdReacts(): Promise<void> {
    const before = this.#owned();
    await this.#spread(this.#viewers, REACT_MS, (viewer) => viewer.ask({ sendReactions: { counts: { like: LIKES } } }));
    this.metrics['ownerMessagesPerSOfReactions'] = ((this.#owned().count - before.count) * 1000) / REACT_MS;
    await this.#cloud.run(COUNTED_MS);
    this.#expect('reactions', this.#likes(), LIKES * this.#size.viewers);
  }

  async crowdPosts(): Promise<void> {
    const posters = this.#viewers.slice(0, Math.min(this.#viewers.length, (POSTS_PER_S * POST_MS) / 1000));
    const before = this.#viewers.map(({ lines, omitted, done }) => ({ lines, omitted, done }));
    await this.#spread(posters, POST_MS, (viewer) =>
      viewer.ask({ sendPost: { kind: 'danmaku', text: viewer.identity } }),
    );
    await this.#cloud.run(1000);
    const taken = posters.reduce((sum, { done }, at) => sum + done - (before[at]?.done ?? 0), 0);
    this.#expect('posts that were taken', taken, posters.length);
    const all = this.#viewers.map(({ lines, omitted }, at) => ({
      lines: lines - (before[at]?.lines ?? 0),
      sum: lines + omitted - (before[at]?.lines ?? 0) - (before[at]?.omitted ?? 0),
    }));
    this.#expectAll('lines and omitted ones', (_viewer, at) => all[at]?.sum, taken);
    const most = all.reduce((max, { lines }) => Math.max(max, lines), 0);
    this.metrics['postsPerS'] = (taken * 1000) / POST_MS;
    this.metrics['linesPerSToViewer'] = (most * 1000) / POST_MS;
    // Lines waiting at the begin, and those of the time and the second after it.
    this.#check(most <= LINES_PER_S * (2 + POST_MS / 1000), `a viewer was sent ${most} lines in ${POST_MS} ms`);
    this.#check(most >= (LINES_PER_S * POST_MS) / 1000, `a viewer was sent no more than ${most} lines`);
    this.#expect('posts at a host', this.#postsAt(this.#hanna), taken);
  }

  async handIsRaised(): Promise<void> {
    const fromMs = this.#cloud.clock.nowMs();
    const viewer = this.#viewers[Math.floor(this.#size.viewers * 0.777)];
    viewer?.ask({ raiseHand: { raised: true } });
    await this.#cloud.until(() => handsAt(this.#hanna).join() === viewer?.identity, 'the host sees the hand', 2000);
    this.metrics['handMs'] = this.#cloud.clock.nowMs() - fromMs;
  }

  async ownerDies(): Promise<void> {
    const { clock } = this.#cloud;
    const fromMs = clock.nowMs();
    const before = this.#viewers.map(({ snapshots, ended }) => ({ snapshots, ended }));
    this.#owner.kill();
    const heard = (viewer: Viewer, at: number) => viewer.snapshots > (before[at]?.snapshots ?? 0);
    let missing = this.#viewers.length;
    while (missing > 0 && clock.nowMs() < fromMs + LATE_MS) {
      await this.#cloud.run(SLICE_MS);
      missing = this.#viewers.filter((viewer, at) => !heard(viewer, at)).length;
    }
    this.metrics['nextOwnerMs'] = clock.nowMs() - fromMs;
    this.#expect('without the next owner', missing, 0);
    const { ownerId } = this.#cloud.centre.leases.get(`acme/${ROOM}`) ?? { ownerId: '' };
    const owner = this.#crowdNodes.find(({ id }) => id === ownerId);
    this.#check(owner !== undefined, `'${ownerId}' is the owner`);
    this.#owner = owner ?? this.#owner;
    await this.#cloud.run(COUNTED_MS);
    this.#expect('counted by the next owner', this.#counted(this.#hugo), this.#size.viewers);
    this.#expect('reactions at the next owner', this.#likes(), LIKES * this.#size.viewers);
    this.#expect('hands at the next owner', handsAt(this.#hugo).length, 1);
    const events = this.#viewers.map((viewer) => viewer.events);
    await this.#hugo.outcome({ act: { setRoom: { title: 'goes on' } } });
    await this.#cloud.run(1000);
    this.#expectAll('heard the next owner', (viewer, at) => viewer.events - (events[at] ?? 0), 1);
    this.#expectAll('ended with the owner', (viewer, at) => viewer.ended - (before[at]?.ended ?? 0), 0);
    this.#expectAll('snapshots of the next owner', (viewer, at) => viewer.snapshots - (before[at]?.snapshots ?? 0), 1);
  }

  async nodeDies(): Promise<void> {
    const { clock, rng } = this.#cloud;
    const left = this.#crowdNodes.filter((node, at) => at > 0 && node !== this.#owner);
    const dead = left[0];
    if (dead === undefined) throw new RangeError('a show at size has three nodes or more');
    const lost = this.#viewers.filter(({ node }) => node === dead);
    const others = this.#crowdNodes.filter((node) => node !== dead);
    const fromMs = clock.nowMs();
    const cameMs: number[] = [];
    lost.forEach((viewer, at) => {
      viewer.onCut = () => {
        viewer.onCut = undefined;
        clock.after(
          this.#size.rejoinAfterMs(() => rng.next()),
          () => {
            cameMs.push(clock.nowMs() - fromMs);
            viewer.join(others[at % others.length] ?? dead);
          },
        );
      };
    });
    dead.kill();
    await this.#cloud.run(COUNTED_MS);
    this.metrics['rejoined'] = lost.filter(({ isIn }) => isIn).length;
    this.#expect('rejoined', this.metrics['rejoined'], lost.length);
    const tenths = Array.from({ length: 20 }, (_, at) => cameMs.filter((ms) => Math.floor(ms / 100) === at).length);
    this.metrics['rejoinsIn100MsMost'] = Math.max(...tenths);
    this.metrics['rejoinsLastMs'] = Math.max(...cameMs);
    // Twenty tenths of a second with an equal share each: six standard deviations above it.
    const share = lost.length / tenths.length;
    this.#check(Math.max(...tenths) <= share + 6 * Math.sqrt(share), `${Math.max(...tenths)} rejoined in 100 ms`);
    this.#check(Math.max(...cameMs) <= 2000 + SLICE_MS, `the last one rejoined after ${Math.max(...cameMs)} ms`);
    await this.#cloud.run(1000);
    this.#expect('counted after the death of a node', this.#counted(this.#hugo), this.#size.viewers);
  }

  async crowdGoes(): Promise<void> {
    await this.#spread(this.#viewers, 1000, (viewer) => viewer.leave());
    await this.#cloud.run(COUNTED_MS + LATE_MS);
    this.#expect('counted at the end', this.#counted(this.#hugo), 0);
    this.#expectAll('refused', ({ refused }) => refused, 0);
    const crowds = this.#crowdNodes.reduce((sum, { clients }) => sum + clients.crowdCount, 0);
    this.#expect('seats taken at the end', crowds, 0);
    const frames = this.#viewers.reduce((sum, viewer) => sum + viewer.frames, 0);
    this.metrics['framesPerViewer'] = frames / this.#size.viewers;
  }

  /** Runs `act` for each viewer, evenly over the time. */
  async #spread(viewers: readonly Viewer[], ms: number, act: (viewer: Viewer) => void): Promise<void> {
    const slices = ms / SLICE_MS;
    for (let slice = 0, at = 0; slice < slices; slice += 1) {
      const end = Math.round(((slice + 1) * viewers.length) / slices);
      for (; at < end; at += 1) {
        const viewer = viewers[at];
        if (viewer !== undefined) act(viewer);
      }
      await this.#cloud.run(SLICE_MS, SLICE_MS);
    }
  }

  /** Messages between the owner and the other nodes. */
  #owned(): { readonly count: number; readonly bytes: number } {
    const sum = { count: 0, bytes: 0 };
    for (const { sent, other } of this.#owner.links) {
      sum.count += sent.count + other.sent.count;
      sum.bytes += sent.bytes + other.sent.bytes;
    }
    return sum;
  }

  #counted(host: MemoryClient): number {
    const said = host.heard.findLast(({ roomViewers }) => roomViewers != null)?.roomViewers?.byProtocol ?? {};
    return Object.values(said).reduce((sum, count) => sum + count, 0);
  }

  #likes(): number {
    const frame = this.#hugo.heard.findLast(({ reactions, board }) => (reactions?.totals ?? board?.reactions) != null);
    return (frame?.reactions?.totals ?? frame?.board?.reactions)?.['like'] ?? 0;
  }

  #postsAt(host: MemoryClient): number {
    return host.heard.reduce((sum, { posts }) => sum + (posts?.posts?.length ?? 0), 0);
  }

  #expect(what: string, value: number | undefined, wanted: number): void {
    this.#check(value === wanted, `${what}: ${value} instead of ${wanted}`);
  }

  #expectAll(what: string, ofViewer: (viewer: Viewer, at: number) => number | undefined, wanted: number): void {
    const wrong = this.#viewers.filter((viewer, at) => ofViewer(viewer, at) !== wanted);
    const [first] = wrong;
    if (first === undefined) return;
    const value = ofViewer(first, this.#viewers.indexOf(first));
    this.missed.push(`${what}: ${wrong.length} viewers, the first ${value} instead of ${wanted}`);
  }

  #check(holds: boolean, otherwise: string): void {
    if (!holds) this.missed.push(otherwise);
  }
}

const hostAt = (cloud: MemoryCloud, node: MemoryNode, identity: string): Promise<MemoryClient> =>
  MemoryClient.join(cloud, node, { identity, room: ROOM, video: { roomAdmin: true } });

const handsAt = (host: MemoryClient): string[] =>
  (host.heard.findLast(({ crowdHands }) => crowdHands != null)?.crowdHands?.hands ?? []).map(
    ({ identity }) => identity ?? '',
  );
