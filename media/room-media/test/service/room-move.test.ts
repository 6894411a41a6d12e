// A script is the signaling node, and UDP sockets are the plain endpoints of media nodes.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { socketsOf } from '@meridian/client';
import { rtpParametersToWire, type wire } from '@meridian/protocol';
import { RoomTracks, RtpSockets } from '@meridian/room-media';
import { type CodedFrame, parseRtcp, serialiseRtp, type TimeRun } from '@meridian/room-media/core';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { ScriptedService } from '../../../../base/client/test/unit/scripted-service.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';

const log = createLogger({ name: 'opener', level: 'silent' });
const STEP_MS = 20;
const formats = {
  sound: { kind: 1, mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 },
  picture: { kind: 2, mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 },
} as const;
type Name = keyof typeof formats;
const both = ['sound', 'picture'] as const;
const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));
const [keyFrame, delta] = [hex('101000009d012a80026801aabb'), hex('10110000cc')];
/** Each encoder has its own first timestamp. */
const timestampOf = (name: Name, at: number, encoder = 0): number =>
  ((at * STEP_MS * formats[name].clockRate) / 1000 + encoder * 2 ** 31) >>> 0;
const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, at) => at);

/** Media node that records the RTCP sent to it. */
class Media {
  readonly said: string[] = [];
  readonly #socket: Socket;
  readonly #id: number;
  readonly #sequences = new Map<number, number>();

  static async open(id: number): Promise<Media> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    return new Media(socket, id);
  }
  private constructor(socket: Socket, id: number) {
    this.#socket = socket;
    this.#id = id;
    socket.on('message', (datagram) => {
      for (const { type } of parseRtcp(datagram) ?? []) this.said.push(type);
    });
  }

  get transport(): wire.TransportInfo.$Properties {
    return { id: `recv-${this.#id}`, plain: { ip: '127.0.0.1', port: this.#socket.address().port } };
  }
  #ssrcOf(name: Name, encoder: number): number {
    return 1000 * this.#id + 100 * encoder + formats[name].kind;
  }
  consumerOf(name: Name, encoder = 0): string {
    return `${name}-${this.#ssrcOf(name, encoder)}`;
  }
  row(name: Name, encoder = 0): wire.Subscription.$Properties {
    const { kind, ...format } = formats[name];
    const codecs = [{ ...format, parameters: {}, rtcpFeedback: [] }];
    const encodings = [{ ssrc: this.#ssrcOf(name, encoder) }];
    const rtpParameters = rtpParametersToWire({ codecs, headerExtensions: [], encodings, rtcp: {} });
    const consumerId = this.consumerOf(name, encoder);
    return { consumerId, trackId: `TR_${name}`, publisherSessionId: 'PA_ann', kind, rtpParameters, trackEpoch: 1 };
  }
  /** Sends the frame of that number; every tenth picture is a key frame. */
  async send(port: number, name: Name, at: number, encoder = 0): Promise<void> {
    const ssrc = this.#ssrcOf(name, encoder);
    const sequenceNumber = (this.#sequences.get(ssrc) ?? 0) + 1;
    this.#sequences.set(ssrc, sequenceNumber);
    const payload = name === 'sound' ? Uint8Array.of(0xfc, 1) : at % 10 === 0 ? keyFrame : delta;
    const { payloadType } = formats[name];
    const packet = { payloadType, marker: true, sequenceNumber, timestamp: timestampOf(name, at, encoder), ssrc };
    const sent = Promise.withResolvers<void>();
    this.#socket.send(serialiseRtp({ ...packet, payload }), port, '127.0.0.1', () => sent.resolve());
    await sent.promise;
  }
}

interface ReceivedFrames {
  readonly frames: CodedFrame[];
  readonly runs: Set<TimeRun | undefined>;
  ends: number;
}

class Rig {
  readonly clock = new ManualClock({ nowMs: 1000 });
  readonly got = new Map<string, ReceivedFrames>();
  readonly ended: string[] = [];
  readonly offered: string[] = [];
  readonly leaves: Set<string>;
  readonly service: ScriptedService;
  readonly old: Media;
  readonly next: Media;
  tracks!: RoomTracks;
  #seq = 1;

  static async open(leaves: readonly string[] = []): Promise<Rig> {
    const rig = new Rig(await Media.open(1), await Media.open(2), leaves);
    rig.tracks = await RoomTracks.open({
      links: { sockets: () => socketsOf(rig.service.next) },
      sockets: new RtpSockets({ listen: undefined, log }),
      token: () => Promise.resolve('token'),
      protocol: 'recorder',
      identity: '',
      times: 'kept',
      clock: rig.clock,
      rng: seededRng('room move'),
      log,
      onTrack: ({ trackId }) => {
        rig.offered.push(trackId);
        if (rig.leaves.has(trackId)) return undefined;
        const got: ReceivedFrames = { frames: [], runs: new Set(), ends: 0 };
        rig.got.set(trackId.slice(3), got);
        return {
          frame: (frame, run) => {
            got.frames.push(frame);
            got.runs.add(run);
          },
          muted: () => undefined,
          end: () => {
            got.ends += 1;
          },
        };
      },
      onEnded: (code) => void rig.ended.push(code),
    });
    onTestFinished(() => rig.tracks.close());
    return rig;
  }

  private constructor(old: Media, next: Media, leaves: readonly string[]) {
    this.leaves = new Set(leaves);
    this.old = old;
    this.next = next;
    const self = { sessionId: 'PA_recorder', identity: 'recorder', nodeId: 'n1' };
    const tracks = both.map((name) => ({
      trackId: `TR_${name}`,
      kind: formats[name].kind,
      source: formats[name].kind,
    }));
    this.service = new ScriptedService({
      joined: {
        sessionId: self.sessionId,
        resumeKey: 'resume',
        self,
        participants: [{ sessionId: 'PA_ann', identity: 'ann', nodeId: 'n1', tracks }],
        rosterSeq: 1,
        room: 'lobby',
        placement: { decisionId: 'd1', node: { nodeId: 'n1', region: 'r' }, signalingId: 's1', roomEpoch: 1 },
        recvTransport: old.transport,
        subscriptions: both.map((name) => old.row(name)),
      },
    });
  }

  get port(): number {
    return this.service.joins[0]?.recvEndpoint?.plain?.port ?? 0;
  }
  came(name: Name, encoder = 0): number[] {
    const first = timestampOf(name, 0, encoder);
    const step = timestampOf(name, 1);
    return (this.got.get(name)?.frames ?? []).map(({ rtpTimestamp }) => ((rtpTimestamp - first) >>> 0) / step);
  }
  get both(): number[][] {
    return both.map((name) => this.came(name));
  }
  async all(what: string, last: number): Promise<void> {
    await until(what, () => this.both.every((numbers) => numbers.at(-1) === last));
    expect(this.both).toEqual([upTo(last), upTo(last)]);
  }
  /** Sends the frames of one step by the given paths, each late by this many steps. */
  async step(at: number, late: { old?: number; next?: number }): Promise<void> {
    this.clock.advance(STEP_MS);
    for (const [media, by] of [
      [this.next, late.next],
      [this.old, late.old],
    ] as const)
      if (by !== undefined && at >= by) for (const name of both) await media.send(this.port, name, at - by);
  }
  async steps(from: number, to: number, late: { old?: number; next?: number }): Promise<void> {
    for (let at = from; at <= to; at += 1) await this.step(at, late);
  }
  order(moveId = 'm1'): void {
    const subscriptions = both.map((name) => this.next.row(name));
    const node = { nodeId: 'n2', region: 'r' };
    this.service.last.sendFrame({
      moveParticipant: { moveId, node, decisionId: 'd2', recvTransport: this.next.transport, subscriptions },
    });
  }
  async moving(moveId = 'm1'): Promise<void> {
    this.order(moveId);
    const before = this.next.said.length;
    await until('a key frame is asked for at the new node', () => {
      this.clock.advance(STEP_MS);
      return this.next.said.length > before;
    });
    expect(this.next.said.at(-1)).toBe('pli');
  }
  async ready(count = 1): Promise<wire.MoveReady.$Properties | undefined> {
    const said = () => this.service.last.receivedOf('moveReady');
    await until('the move is prepared', () => {
      this.clock.advance(STEP_MS);
      return said().length === count;
    });
    return said().at(-1);
  }
  async settled(ok: boolean, moveId = 'm1'): Promise<void> {
    this.service.last.sendFrame({ moveDone: { moveId, ok, code: ok ? '' : 'MOVE_FAILED' } });
    await new Promise((resolve) => setImmediate(resolve));
  }
  change(change: object): void {
    this.#seq += 1;
    this.service.last.sendFrame({ roomEvents: { roomEpoch: 1, events: [{ seq: this.#seq, ...change }] } });
  }
}

it.each([
  { what: 'slower', late: { old: 0, next: 3 } },
  { what: 'faster', late: { old: 3, next: 0 } },
])('a track continues at a node with a $what path: each frame comes once, in order, in one run', async ({ late }) => {
  const rig = await Rig.open();
  await rig.steps(0, 9, { old: late.old });
  await rig.moving();
  await rig.steps(10, 19, late);
  expect(await rig.ready()).toMatchObject({ moveId: 'm1', ok: true });
  await rig.settled(true);
  // Datagrams that the old node still sends are dropped now.
  await rig.steps(20, 39, late);
  await rig.all('all has come by the new node', 39 - late.next);
  for (const name of both) expect(rig.got.get(name)?.runs.size).toBe(1);
  const begun = rig.service.last.receivedOf('subscriptionsReady').at(-1);
  expect(begun?.consumerIds).toEqual(both.map((name) => rig.next.consumerOf(name)));
  rig.next.said.length = 0;
  rig.old.said.length = 0;
  await until('it reports there', () => {
    rig.clock.advance(500);
    return rig.next.said.includes('rr');
  });
  expect(rig.old.said).toEqual([]);
});

it('a session stays at its node when its move is given up, and moves by a later order', async () => {
  const rig = await Rig.open();
  await rig.steps(0, 9, { old: 0 });
  await rig.moving();
  rig.order('while another is under way');
  await rig.steps(10, 12, { old: 0, next: 1 });
  expect(await rig.ready()).toMatchObject({ moveId: 'm1', ok: true });
  await rig.settled(false);
  await rig.steps(13, 29, { old: 0, next: 1 });
  await rig.all('all has come by the old node', 29);
  await rig.moving('m2');
  await rig.steps(30, 32, { old: 0, next: 1 });
  expect(await rig.ready(2)).toMatchObject({ moveId: 'm2', ok: true });
  await rig.settled(true, 'm2');
  await rig.steps(33, 40, { next: 1 });
  await rig.all('all has come by the new node', 39);
});

it('a session declines a move to a node that sends nothing', async () => {
  const rig = await Rig.open();
  await rig.steps(0, 9, { old: 0 });
  rig.order();
  await until('it is heard', () => rig.service.last.receivedOf('subscriptionsReady').length === 2);
  await rig.steps(10, 170, { old: 0 });
  expect(await rig.ready()).toMatchObject({ moveId: 'm1', ok: false, code: 'MEDIA_FAILED' });
  await rig.steps(171, 180, { old: 0 });
  await rig.all('it goes on', 180);
});

it('a move leaves out a track that ends meanwhile, and includes a track that begins', async () => {
  const rig = await Rig.open();
  await rig.steps(0, 9, { old: 0 });
  await rig.moving();
  await rig.steps(10, 12, { old: 0, next: 1 });
  rig.change({ trackUnpublished: { sessionId: 'PA_ann', trackId: 'TR_picture', reason: '' } });
  for (const media of [rig.old, rig.next])
    rig.service.last.sendFrame({
      subscriptionRemoved: { consumerId: media.consumerOf('picture'), trackId: 'TR_picture', reason: '' },
    });
  await until('its sink has ended', () => rig.got.get('picture')?.ends === 1);
  expect(await rig.ready()).toMatchObject({ ok: true });
  rig.change({ trackPublished: { sessionId: 'PA_ann', track: { trackId: 'TR_picture', kind: 2, source: 2 } } });
  await until('it is there again', () => rig.got.get('picture')?.ends === 0);
  rig.service.last.sendFrame({ subscriptionsAdded: { subscriptions: [rig.old.row('picture', 1)] } });
  await rig.settled(true);
  rig.service.last.sendFrame({ subscriptionsAdded: { subscriptions: [rig.next.row('picture', 1)] } });
  await rig.steps(13, 20, { next: 0 });
  for (const at of [0, 1, 2]) await rig.next.send(rig.port, 'picture', at, 1);
  await until('both go on', () => rig.came('picture', 1).length === 3 && rig.came('sound').at(-1) === 20);
  expect(rig.got.get('picture')?.ends).toBe(0);
});

it('a session closed during a move ends every sink once, with its sockets and timers', async () => {
  const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWRAP').length;
  const before = sockets() + 2; // The sockets of the two media nodes stay open.
  const rig = await Rig.open();
  await rig.steps(0, 9, { old: 0 });
  await rig.moving();
  await rig.steps(10, 12, { old: 0, next: 1 });
  rig.tracks.close();
  rig.tracks.close();
  await rig.settled(true);
  expect([both.map((name) => rig.got.get(name)?.ends), rig.ended]).toEqual([[1, 1], []]);
  expect([rig.service.last.closedWith, rig.clock.pendingTimers]).toEqual([1000, 0]);
  await until('its sockets are closed', () => sockets() <= before);
});

it('a session lost during a move starts anew at the node that admits it', async () => {
  const rig = await Rig.open();
  await rig.steps(0, 9, { old: 0 });
  await rig.moving();
  await rig.steps(10, 12, { old: 0, next: 1 });
  rig.service.last.sendFrame({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
  await until('it has joined again', () => rig.service.joins.length === 2);
  await until('it has asked for all', () => rig.service.last.receivedOf('subscriptionsReady').length > 0);
  const count = rig.came('sound').length;
  await rig.next.send(rig.port, 'sound', 13);
  await rig.old.send(rig.port, 'sound', 20);
  await until('it goes on', () => rig.came('sound').length > count);
  expect(rig.came('sound').at(-1)).toBe(20);
});

it('a track whose publisher has moved continues with a key frame of the new encoder, in a new run', async () => {
  const rig = await Rig.open();
  await rig.steps(0, 9, { old: 0 });
  const oldConsumerId = rig.old.consumerOf('picture');
  const subscription = rig.old.row('picture', 1);
  rig.service.last.sendFrame({ trackMoved: { oldConsumerId, trackEpoch: 2, subscription } });
  await until('it begins', () => rig.service.last.receivedOf('subscriptionsReady').length === 2);
  await rig.step(10, { old: 0 });
  await until('the old one still counts', () => rig.came('picture').at(-1) === 10);
  for (const at of [0, 1, 2]) await rig.old.send(rig.port, 'picture', at, 1);
  await until('the new one has come', () => rig.came('picture', 1).slice(-3).join() === '0,1,2');
  expect(rig.service.last.receivedOf('trackMoveDone')).toMatchObject([
    { trackId: 'TR_picture', oldConsumerId, trackEpoch: 2 },
  ]);
  await rig.step(11, { old: 0 });
  await until('sound goes on', () => rig.came('sound').at(-1) === 11);
  expect(rig.came('picture', 1).slice(-3)).toEqual([0, 1, 2]);
  expect(rig.got.get('picture')?.runs.size).toBe(2);
});

it('a track that was left out is offered again on request, and only preferred layers are requested', async () => {
  const rig = await Rig.open(['TR_picture']);
  const mute = async (muted: boolean): Promise<void> => {
    rig.change({ trackMuted: { sessionId: 'PA_ann', trackId: 'TR_sound', muted } });
    const isMuted = () => rig.tracks.roster.others()[0]?.tracks.find(({ trackId }) => trackId === 'TR_sound')?.muted;
    await until('the roster has changed', () => isMuted() === muted);
  };
  rig.leaves.clear();
  await mute(true);
  expect(rig.offered).toEqual(['TR_sound', 'TR_picture']);
  rig.tracks.offerAgain('TR_picture');
  await mute(false);
  expect(rig.offered).toEqual(['TR_sound', 'TR_picture', 'TR_picture']);
  const asked = () => rig.service.last.receivedOf('updateSubscription').at(-1);
  await until('it is subscribed', () => asked()?.trackId === 'TR_picture');
  rig.tracks.prefer('TR_picture', { paused: false, spatialLayer: 0, temporalLayer: 0 });
  await until('the least of it is asked for', () => asked()?.temporalLayer === 0);
  expect(asked()).toMatchObject({ trackId: 'TR_picture', subscribed: true, spatialLayer: 0 });
});
