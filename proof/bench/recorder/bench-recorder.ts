// A real recorder as a process of its own, with its default store and durability. Here a stub of the centre orders
// recordings, and a stub of a signaling node admits the recorder into rooms of one participant.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { FixedKeys, Tokens } from '@meridian/node-shell';
import {
  call,
  decodeClientFrame,
  encodeServerFrame,
  note,
  onNote,
  post,
  rpc,
  rtpParametersToWire,
  serve,
  wire,
} from '@meridian/protocol';
import {
  Authority,
  createLogger,
  EnrolmentTokens,
  enrolmentHandler,
  type Link,
  LinkServer,
  memoryKeyValue,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { bundleOf } from '../../../infra/services/entries.mjs';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import { type Kind, type Publishers, rtpOf } from './publishers.ts';

const [recorderId, signalingId, mediaId] = ['rec-bench', 'sig-bench', 'sfu-bench'];
export const tenant = 'bench';
const apiKey = { key: 'bench', secret: 'a secret of the benchmark that is long enough', tenant };
const region = 'bench';
const identityLifeMs = 3_600_000 * 24;
const startLimitMs = 60_000;
const endLimitMs = 30_000;
const orderLimitMs = 30_000;
const outputLinesMax = 200;
const kinds: readonly Kind[] = ['video', 'audio'];
const mainFile = bundleOf(join(import.meta.dirname, '../../..'), 'recorder');

/** Participant of a room of its own, whose recording is named by the same number. */
const roomOf = (at: number): string => `room-${at}`;
export const recordingOf = (at: number): string => `re_${at}`;
const atOf = (room: string): number => Number(room.slice('room-'.length));
const ssrcOf = (at: number, kind: Kind): number => 1000 + 2 * at + kinds.indexOf(kind);
const { MediaKind, TrackSource } = wire;
const wireKinds: Readonly<Record<Kind, wire.MediaKind>> = {
  video: MediaKind.MEDIA_KIND_VIDEO,
  audio: MediaKind.MEDIA_KIND_AUDIO,
};
const wireSources: Readonly<Record<Kind, wire.TrackSource>> = {
  video: TrackSource.TRACK_SOURCE_CAMERA,
  audio: TrackSource.TRACK_SOURCE_MICROPHONE,
};

interface Session {
  readonly at: number;
  readonly port: number;
  send(frame: wire.ServerFrame.$Properties): void;
}

export class BenchRecorder {
  readonly #publishers: Publishers;
  readonly #clock = systemClock();
  readonly #log = createLogger({ name: 'bench', level: 'fatal' });
  readonly #tokens = new Tokens(new FixedKeys([apiKey]), () => this.#clock.wallMs());
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-recorder-bench-'));
  readonly #output: string[] = [];
  readonly #servers: LinkServer[] = [];
  readonly #sessions = new Map<number, Session>();
  readonly #recorded = new Set<number>();
  #metricsPort = 0;
  #link: Link | undefined;
  #child: ChildProcess | undefined;
  #closing: Promise<void> | undefined;
  #forget: () => void = () => undefined;
  /** Reports in which the recorder had no slots, so that its recordings would go to others. */
  reportsBehind = 0;
  /** Joins beyond the first of each room: the recorder took the media node for dead. */
  rejoins = 0;

  /** Rejects with the recorder's output if it does not register. */
  static async start(publishers: Publishers, o: { readonly slots: number; readonly args?: readonly string[] }) {
    const recorder = new BenchRecorder(publishers);
    recorder.#forget = registerResource('the recorder', () => recorder.close());
    try {
      await recorder.#open(o);
      return recorder;
    } catch (error) {
      await recorder.close();
      throw new Error(`the recorder did not start:\n${recorder.#output.join('\n')}`, { cause: error });
    }
  }

  private constructor(publishers: Publishers) {
    this.#publishers = publishers;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#hasEnded) throw new Error(`the recorder has ended:\n${this.#output.join('\n')}`);
    return pid;
  }
  get rssMiB(): number {
    const rssKiB = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    return Number(rssKiB) / 1024;
  }
  get storeDir(): string {
    return join(this.#dir, 'state/recordings');
  }

  /** Orders a recording of a room; resolves when both its streams are sent. */
  async record(at: number): Promise<void> {
    if (this.#link === undefined) throw new Error('the recorder has no link to the centre');
    const order = { roomKey: `${tenant}/${roomOf(at)}`, recordingId: recordingOf(at), nodeId: mediaId };
    await call(this.#link, rpc.record, Object.assign({ epoch: 1, slots: 1 }, order), { deadlineMs: orderLimitMs });
    await until(`${roomOf(at)} is recorded`, () => this.#hasEnded || this.#recorded.has(at));
    if (this.#hasEnded) throw new Error(`the recorder has ended:\n${this.#output.join('\n')}`);
  }

  /** Resolves when the kernel holds no datagram for the recorder. */
  async read(): Promise<void> {
    const ports = new Set([...this.#sessions.values()].map(({ port }) => port));
    const isRead = (): boolean => this.#hasEnded || waitingBytes(ports) === 0;
    await until('the recorder has read all datagrams', isRead);
  }

  /** Mutes all tracks, so that the time without media is no hole. */
  mute(): void {
    for (const { at, send } of this.#sessions.values()) {
      const events = kinds.map((kind, index) => ({
        seq: 2 + index,
        trackMuted: { sessionId: `PA_person${at}`, trackId: `TR_${kind}`, muted: true },
      }));
      send({ roomEvents: { roomEpoch: 1, events } });
    }
  }

  /** Ends all recordings; resolves when the store has them. */
  async finish(limitMs: number): Promise<void> {
    for (const { send } of this.#sessions.values())
      send({ disconnect: { code: 'RECORDING_ENDED', message: '', reconnect: false } });
    const spool = join(this.#dir, 'state/spool');
    const isEmpty = (): boolean => !existsSync(spool) || readdirSync(spool).every((name) => name === 'aside');
    await until('the store has all recordings', () => this.#hasEnded || isEmpty(), limitMs);
  }

  async metrics(): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`, {
      signal: AbortSignal.timeout(30_000),
    });
    return await answer.text();
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #open({ slots, args = [] }: { readonly slots: number; readonly args?: readonly string[] }): Promise<void> {
    const [clock, log, rng] = [this.#clock, this.#log, secureRng()];
    const authority = await Authority.create({ clock });
    const kv = memoryKeyValue({ clock, maxEntries: 100 });
    const tokens = new EnrolmentTokens({ kv, rng, clock, fingerprint: authority.fingerprint });
    const listen = async (id: string, kind: string, onLink: (link: Link) => void): Promise<LinkServer> => {
      const credentials = await authority.issueCredentials({ id, kind, region }, identityLifeMs);
      const onHttp = enrolmentHandler({ authority, tokens, ttlMs: identityLifeMs, log });
      const accept = (remote: { readonly id: string }): boolean => remote.id === recorderId;
      const base = { host: '127.0.0.1', port: 0, credentials, log, clock };
      const server = await LinkServer.listen(Object.assign(base, { accept, onLink, onHttp }));
      this.#servers.push(server);
      return server;
    };
    const signaling = await listen(signalingId, 'signaling', (link) => this.#admit(link));
    const centre = await listen('centre', 'scheduler', (link) => this.#lead(link, signaling.port));
    const file = join(this.#dir, 'recorder.json');
    this.#metricsPort = await freePort();
    const enrolmentToken = await tokens.mint({ id: recorderId, kind: 'recorder', region }, 60_000);
    const config = {
      id: recorderId,
      region,
      city: region,
      latitude: 0,
      longitude: 0,
      hostId: region,
      stateDir: join(this.#dir, 'state'),
      logLevel: 'warn',
      metricsPort: this.#metricsPort,
      centreUrl: `wss://127.0.0.1:${centre.port}`,
      enrolUrl: `https://127.0.0.1:${centre.port}`,
      enrolmentToken,
      controlListen: { ip: '127.0.0.1', port: 0 },
      apiKeys: [apiKey],
      slots,
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    this.#spawn([...args, mainFile, '--config', file]);
    await until('the recorder takes recordings', () => this.#link !== undefined || this.#hasEnded, startLimitMs);
    if (this.#hasEnded) throw new Error('its process ended');
  }

  #lead(link: Link, signalingPort: number): void {
    const addresses = [{ purpose: 'control', protocol: 'tcp', ip: '127.0.0.1', port: signalingPort }];
    const place = { region, city: region, hostId: region, latitude: 0, longitude: 0 };
    const node = Object.assign({ nodeId: signalingId, kind: 'signaling', state: 'alive', addresses }, place);
    serve(link, rpc.register, () => ({
      centreIncarnation: 'bench',
      plan: { version: 1, centreIncarnation: 'bench', nodes: [node], paths: [] },
      reportIntervalMs: 1000,
      draining: false,
    }));
    onNote(link, note.report, ({ load }) => {
      // A recorder takes no recordings before it has read its spool.
      if ((load?.recordSlots ?? 0) > 0) this.#link = link;
      else if (this.#link !== undefined) this.reportsBehind += 1;
    });
  }

  /** Serves the sessions that the recorder opens over its link. */
  #admit(link: Link): void {
    const sessions = new Map<number, Session>();
    onNote(link, note.sessionFrame, ({ stream, frame }) => {
      const message = decodeClientFrame(frame);
      const send = (answer: wire.ServerFrame.$Properties): void =>
        void post(link, note.sessionFrames, { streams: [stream], frame: encodeServerFrame(answer) });
      const { requestId: replyTo } = message;
      if (message.join != null) {
        const join = message.join as wire.Join;
        this.#join(join, send).then(
          ({ session, answer }) => {
            sessions.set(stream, session);
            send(Object.assign({ replyTo }, answer));
          },
          (error: unknown) => send({ replyTo, error: { code: 'TOKEN_INVALID', message: String(error) } }),
        );
        return;
      }
      const session = sessions.get(stream);
      if (replyTo !== 0) send({ replyTo, ack: {} });
      if (session === undefined) return;
      const { updateSubscription, subscriptionsReady } = message;
      if (updateSubscription != null) send(subscribed(session.at, updateSubscription.trackId ?? ''));
      for (const consumerId of subscriptionsReady?.consumerIds ?? []) this.#ready(session, consumerId);
    });
  }

  async #join(join: wire.Join, send: Session['send']) {
    const { access } = await this.#tokens.verify(join.token, { allowExpired: false, byNode: true });
    const at = atOf(access.room);
    if (this.#sessions.has(at)) this.rejoins += 1;
    const session: Session = { at, port: join.recvEndpoint?.plain?.port ?? 0, send };
    this.#sessions.set(at, session);
    const self = { sessionId: `PA_recorder${at}`, identity: access.identity, nodeId: mediaId, hidden: true };
    const tracks = kinds.map((kind) => ({ trackId: `TR_${kind}`, kind: wireKinds[kind], source: wireSources[kind] }));
    const person = { sessionId: `PA_person${at}`, identity: 'person', name: 'Person', nodeId: mediaId, tracks };
    const joined = {
      sessionId: self.sessionId,
      resumeKey: 'none',
      self,
      participants: [person],
      rosterSeq: 1,
      room: access.room,
      placement: { decisionId: 'bench', node: { nodeId: mediaId, region }, signalingId, roomEpoch: 1 },
      recvTransport: { id: 'recv', plain: this.#publishers.address },
    };
    return { session, answer: { joined } };
  }

  #ready({ at, port }: Session, consumerId: string): void {
    const kind = kinds.find((one) => consumerId === `CO_${one}`);
    if (kind === undefined) return;
    this.#publishers.begin(kind, ssrcOf(at, kind), { ip: '127.0.0.1', port });
    if (kind === 'video') this.#recorded.add(at);
  }

  #spawn(args: readonly string[]): void {
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, ...args], {
      cwd: this.#dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#output.push(...chunk.toString().trimEnd().split('\n'));
        this.#output.splice(0, Math.max(0, this.#output.length - outputLinesMax));
      });
    child.on('error', (error) => this.#output.push(error.message));
  }

  get #hasEnded(): boolean {
    const child = this.#child;
    return child !== undefined && (child.pid === undefined || child.exitCode !== null || child.signalCode !== null);
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child?.pid !== undefined && !this.#hasEnded) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
      await ended;
      clearTimeout(killer);
    }
    for (const server of this.#servers) await server.close('bench over');
    rmSync(this.#dir, { recursive: true, force: true });
    this.#forget();
  }
}

function subscribed(at: number, trackId: string): wire.ServerFrame.$Properties {
  const kind: Kind = trackId === 'TR_video' ? 'video' : 'audio';
  const rtpParameters = rtpParametersToWire(rtpOf(kind, ssrcOf(at, kind)));
  const row = { consumerId: `CO_${kind}`, trackId, publisherSessionId: `PA_person${at}`, kind: wireKinds[kind] };
  return { subscriptionsAdded: { subscriptions: [Object.assign(row, { rtpParameters })] } };
}

/** Returns the bytes that wait at UDP ports of this machine (`rx_queue` in /proc/net/udp). */
function waitingBytes(ports: ReadonlySet<number>): number {
  const rows = readFileSync('/proc/net/udp', 'utf8').matchAll(
    /^ *\d+: [0-9A-F]+:([0-9A-F]+) \S+ \S+ \S+:([0-9A-F]+) /gm,
  );
  const queued = [...rows].flatMap(([, port = '', bytes = '']) =>
    ports.has(Number.parseInt(port, 16)) ? [Number.parseInt(bytes, 16)] : [],
  );
  return queued.reduce((sum, bytes) => sum + bytes, 0);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
