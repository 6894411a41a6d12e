// A tester's call: joins the testers' room like a client, sends and receives media for a while, and leaves.
import { asClientError, MeridianClientError, SessionClient, type SubscriptionRow } from '@meridian/client';
import {
  assert,
  Machine,
  newId,
  type Participant,
  type RtpCapabilities,
  routerConstant,
  type Track,
} from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { FrameSource, type FrameStream, SOUND_MS } from './adapters/frames.ts';
import { MediaConnection, type ReceivedRtp } from './adapters/media-connection.ts';
import { RegionSockets } from './adapters/region-sockets.ts';
import type { TesterTokens } from './adapters/tester-tokens.ts';
import {
  type CallEffect,
  type CallEvent,
  type CallState,
  callTable,
  failureIn,
  STAGE_LIMIT_MS,
  timeoutIn,
} from './core/call-round.ts';
import { KeyFrameDetector } from './core/key-frames.ts';
import { PairWatch, pairResultsOf } from './core/pair-watch.ts';
import { type Failure, failureFields, type Result } from './core/results.ts';

export const DIAL_ROOM = 'dial';
/** Attribute by which testers recognise each other, because identities are opaque. */
const REGION_ATTRIBUTE = 'dial.region';
/** Limit on the watched testers of other regions, far above the number of testers in the room. */
const WATCHED_MAX = 500;

export interface CallOptions {
  readonly region: string;
  readonly hostId: string;
  /** Entry address of a signaling node of the region; undefined when the region has none. */
  readonly entryUrl: string | undefined;
  readonly stayMs: number;
  readonly tokens: TesterTokens;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
}

interface ReceivedTrack {
  /** Session of the publisher; it may not be in `#watches` yet. */
  readonly sessionId: string;
  readonly kind: 'audio' | 'video';
  readonly keyFrames: KeyFrameDetector;
}

export class Call {
  readonly #o: CallOptions;
  readonly #machine: Machine<CallState, CallEvent, CallEffect, Failure>;
  readonly #done = Promise.withResolvers<void>();
  readonly #settled = Promise.withResolvers<void>();
  #client: SessionClient | undefined;
  #sendConnection: MediaConnection | undefined;
  #recvConnection: MediaConnection | undefined;
  #stageTimer: Timer | undefined;
  #sendTimer: Timer | undefined;
  #startedMs = 0;
  #joinMs: number | undefined;
  #failure: Failure | undefined;
  #isClosed = false;
  /** Time at which the session ended, up to which the other testers' media is judged. */
  #endMs: number | undefined;
  #pairResults: readonly Result[] = [];
  readonly #watches = new Map<string, PairWatch>();
  readonly #receivedTracks = new Map<number, ReceivedTrack>();
  /** Subscriptions added before media was connected, by consumer. */
  readonly #pendingSubscriptions = new Map<string, SubscriptionRow>();
  readonly #ssrcByConsumer = new Map<string, number>();

  constructor(o: CallOptions) {
    this.#o = o;
    this.#machine = new Machine<CallState, CallEvent, CallEffect, Failure>({
      table: callTable,
      initial: 'joining',
      apply: (effect, payload) => this.#effects[effect](payload),
    });
  }

  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Resolves with the result of the call, then those of other regions; with none after `close`. Never rejects. */
  async run(): Promise<Result[]> {
    this.#startedMs = this.#o.clock.nowMs();
    this.#limitStage();
    this.#join().catch((error: unknown) => this.#onFailure(error));
    await this.#done.promise;
    if (this.#isClosed) return [];
    const { placement } = this.#client?.session ?? {};
    const servedFields = placement === undefined ? {} : { servedBy: placement.nodeId, servedRegion: placement.region };
    const joinFields = this.#joinMs === undefined ? {} : { joinMs: Math.round(this.#joinMs) };
    const outcome = this.#failure === undefined ? { isOk: true } : failureFields(this.#failure);
    return [{ kind: 'call', ...outcome, ...joinFields, ...servedFields }, ...this.#pairResults];
  }

  /** Leaves the room at once. Idempotent. */
  close(): void {
    this.#isClosed ||= this.#machine.state !== 'over';
    this.#machine.dispatch('close');
  }

  readonly #effects: { readonly [effect in CallEffect]: (payload: Failure | undefined) => void } = {
    connectMedia: () => {
      this.#limitStage();
      this.#connect().catch((error: unknown) => this.#onFailure(error));
    },
    stay: () => {
      this.#stageTimer?.cancel();
      this.#stageTimer = this.#o.clock.after(this.#o.stayMs, () => this.#machine.dispatch('timeUp'));
      this.#settled.resolve();
    },
    fail: (failure) => {
      this.#failure ??= failure;
    },
    end: () => this.#end(),
  };

  async #join(): Promise<void> {
    const { tokens, entryUrl, region, hostId } = this.#o;
    if (entryUrl === undefined) throw new MeridianClientError('ENTRY_UNREACHABLE', `no signaling node in ${region}`);
    const identity = `dial-${region}-${hostId}`;
    const [send, recv] = await Promise.all([
      MediaConnection.make(() => undefined),
      MediaConnection.make((one) => this.#onPacket(one)),
    ]);
    if (this.#machine.state !== 'joining') return;
    [this.#sendConnection, this.#recvConnection] = [send, recv];
    const client = new SessionClient({
      sockets: new RegionSockets(entryUrl, region),
      token: () => tokens.room({ room: DIAL_ROOM, identity, attributes: { [REGION_ATTRIBUTE]: region } }),
      sdk: 'dial-test/1',
      capabilities,
      sendEndpoint: send.endpoint,
      recvEndpoint: recv.endpoint,
      isOnce: true,
    });
    this.#client = client;
    client.on('subscriptionsAdded', (rows) => this.#subscribe(rows));
    client.on('subscriptionMoved', (row) => this.#subscribe([row]));
    client.on('subscriptionRemoved', (consumerId) => this.#unsubscribe(consumerId));
    client.on('rosterChanged', () => this.#updateWatches());
    client.on('interrupted', (mediaToo) => {
      if (mediaToo) this.#onFailure(new MeridianClientError('MEDIA_FAILED'));
      else this.#onFailure(new MeridianClientError('SOCKET_LOST'), 'interrupted');
    });
    client.on('disconnected', (reason, error) =>
      this.#onFailure(error ?? new MeridianClientError('CONNECTION_CLOSED', reason)),
    );
    await client.connect();
    this.#machine.dispatch('joined');
  }

  async #connect(): Promise<void> {
    const { clock } = this.#o;
    const { sendTransport, recvTransport } = this.#client?.session ?? {};
    if (sendTransport === undefined || recvTransport === undefined)
      throw new MeridianClientError('MEDIA_FAILED', 'the answer to Join has no transports');
    await Promise.all([this.#sendConnection?.connect(sendTransport), this.#recvConnection?.connect(recvTransport)]);
    if (this.#machine.state !== 'connecting') return;
    this.#joinMs = clock.nowMs() - this.#startedMs;
    this.#subscribe([...(this.#client?.session?.subscriptions ?? []), ...this.#pendingSubscriptions.values()]);
    this.#updateWatches();
    await this.#publish();
    this.#machine.dispatch('connected');
  }

  async #publish(): Promise<void> {
    const { clock, rng } = this.#o;
    const [sound, picture] = await Promise.all([this.#publishOne('audio'), this.#publishOne('video')]);
    if (this.#machine.state !== 'connecting') return;
    const frames = new FrameSource({ sound, picture }, clock.nowMs(), rng);
    const connection = this.#sendConnection;
    this.#sendTimer = clock.every(SOUND_MS, () => {
      for (const packet of frames.takeDue(clock.nowMs())) connection?.send(packet);
    });
  }

  async #publishOne(kind: 'audio' | 'video'): Promise<FrameStream> {
    const { rng } = this.#o;
    const { mimeType, preferredPayloadType: payloadType, clockRate, channels, parameters = {} } = codecs[kind];
    const ssrc = 1 + rng.int(2 ** 32 - 1);
    const track: Omit<Track, 'nodeId'> = {
      trackId: newId('TR_', (count) => rng.bytes(count)),
      kind,
      name: kind,
      muted: false,
      mimeType,
      layerKind: 'simple',
      layers: [],
      source: kind === 'video' ? 'camera' : 'microphone',
      width: 0,
      height: 0,
    };
    const codec = { mimeType, payloadType, clockRate, ...(channels === undefined ? {} : { channels }), parameters };
    await this.#client?.publish(track, {
      mid: kind,
      codecs: [{ ...codec, rtcpFeedback: [] }],
      headerExtensions: [],
      encodings: [{ ssrc }],
      rtcp: { cname: track.trackId, reducedSize: true },
    });
    return { ssrc, payloadType };
  }

  #subscribe(rows: readonly SubscriptionRow[]): void {
    if (rows.length === 0) return;
    if (this.#joinMs === undefined) {
      for (const row of rows) this.#pendingSubscriptions.set(row.consumerId, row);
      return;
    }
    for (const { consumerId, publisherSessionId: sessionId, kind, rtpParameters } of rows) {
      const ssrc = rtpParameters.encodings?.[0]?.ssrc;
      if (ssrc === undefined) continue;
      this.#receivedTracks.set(ssrc, { sessionId, kind, keyFrames: new KeyFrameDetector() });
      this.#ssrcByConsumer.set(consumerId, ssrc);
    }
    this.#client?.subscriptionsReady(rows.map(({ consumerId }) => consumerId)).catch((error: unknown) => {
      this.#onFailure(error);
    });
  }

  #unsubscribe(consumerId: string): void {
    this.#pendingSubscriptions.delete(consumerId);
    const ssrc = this.#ssrcByConsumer.get(consumerId);
    this.#ssrcByConsumer.delete(consumerId);
    if (ssrc !== undefined) this.#receivedTracks.delete(ssrc);
  }

  #updateWatches(): void {
    const { clock } = this.#o;
    if (this.#joinMs === undefined) return;
    for (const other of this.#client?.roster.others() ?? []) this.#watch(other);
    for (const [sessionId, watch] of this.#watches)
      if (this.#client?.roster.get(sessionId) === undefined) watch.gone(clock.nowMs());
  }

  /** Watches a tester of another region once both its tracks are published. */
  #watch({ sessionId, attributes, tracks, quality }: Participant): void {
    const existing = this.#watches.get(sessionId);
    // The other tester's process or network has died, which is no fault of the path to us.
    if (quality === 'lost') existing?.gone(this.#o.clock.nowMs());
    const region = attributes[REGION_ATTRIBUTE] ?? '';
    if (existing !== undefined || region === '' || region === this.#o.region) return;
    const kinds = new Set(tracks.map(({ kind }) => kind));
    if (kinds.size < 2 || this.#watches.size >= WATCHED_MAX) return;
    this.#watches.set(sessionId, new PairWatch(region, this.#o.clock.nowMs()));
  }

  #onPacket(packet: ReceivedRtp): void {
    const receivedTrack = this.#receivedTracks.get(packet.ssrc);
    if (receivedTrack === undefined) return;
    const { sessionId, kind, keyFrames } = receivedTrack;
    const isKeyFrame = kind === 'video' && keyFrames.completesKeyFrame(packet);
    this.#watches.get(sessionId)?.recordPacket(kind, isKeyFrame, this.#o.clock.nowMs());
  }

  #limitStage(): void {
    this.#stageTimer?.cancel();
    this.#stageTimer = this.#o.clock.after(STAGE_LIMIT_MS, () => {
      const { state } = this.#machine;
      this.#machine.dispatch('late', timeoutIn(state));
    });
  }

  #onFailure(error: unknown, event: 'failed' | 'interrupted' = 'failed'): void {
    const { state } = this.#machine;
    const { code, message: text } = asClientError(error, state === 'joining' ? 'SOCKET_FAILED' : 'MEDIA_FAILED');
    if (this.#machine.dispatch(event, failureIn(state, { code, text })))
      this.#o.log.debug({ code, state }, 'the call failed');
  }

  #end(): void {
    const { clock, log } = this.#o;
    this.#endMs ??= clock.nowMs();
    this.#pairResults = pairResultsOf(this.#watches.values(), this.#endMs);
    this.#stageTimer?.cancel();
    this.#sendTimer?.cancel();
    this.#client?.leave();
    for (const connection of [this.#sendConnection, this.#recvConnection])
      connection?.close().catch((error: unknown) => log.debug({ err: error }, 'a media line did not close'));
    this.#settled.resolve();
    this.#done.resolve();
  }
}

const { codecs: routerCodecs = [], headerExtensions = [] } = routerConstant.capabilities;

function codecOf(mimeType: string) {
  const codec = routerCodecs.find((one) => one.mimeType === mimeType);
  assert(codec !== undefined, `the router knows ${mimeType}`);
  return codec;
}

const codecs = { audio: codecOf('audio/opus'), video: codecOf('video/VP8') };

/** Capabilities without bandwidth feedback. A media node that expects feedback but gets none would pause the video. */
const capabilities: RtpCapabilities = {
  codecs: Object.values(codecs).map((codec) => ({ ...codec, rtcpFeedback: [] })),
  headerExtensions: headerExtensions.filter(({ uri }) => uri.endsWith(':mid')),
};
