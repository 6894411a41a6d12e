// LiveKit's native SDK for Node in a process of its own, so that a crash of libwebrtc ends only this process. One JSON
// object a line: `{ id, call, args }` in, `{ id, result }` or `{ id, error }` out.
import { createHash } from 'node:crypto';
import process from 'node:process';
import { createInterface } from 'node:readline';
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  type ByteStreamReader,
  DataPacketKind,
  DisconnectReason,
  dispose,
  EncryptionType,
  LocalAudioTrack,
  LocalVideoTrack,
  type RemoteTrack,
  type RemoteTrackPublication,
  Room,
  RpcError,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoCodec,
  VideoFrame,
  VideoSource,
  VideoStream,
} from '@livekit/rtc-node';
import { until } from '../poll.ts';
import type * as asked from './agent.ts';
import { nativeRequest, sentRows } from './rtc-node-native.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FRAME_MS = 66;
const SAMPLE_RATE = 48_000;
const SAMPLES = SAMPLE_RATE / 100;
/** Threshold out of 32767: an encoder's noise is below, the tone of the others far above. */
const AUDIBLE = 500;

const codecs = { vp8: VideoCodec.VP8, h264: VideoCodec.H264, vp9: VideoCodec.VP9, av1: VideoCodec.AV1 } as const;
const sources = new Map<TrackSource | undefined, string>([
  [TrackSource.SOURCE_CAMERA, 'camera'],
  [TrackSource.SOURCE_MICROPHONE, 'microphone'],
]);

interface FrameCounts {
  identity: string;
  source: string;
  mimeType: string;
  frames: number;
  width: number;
  sound: number;
}

const encryptedWith = (key: string) => ({ keyProviderOptions: { sharedKey: new TextEncoder().encode(key) } });

class RtcNodeAgent implements asked.Agent {
  #room = new Room();
  readonly #disconnects: string[] = [];
  readonly #messages: asked.Message[] = [];
  readonly #files: asked.ReceivedFile[] = [];
  readonly #received = new Map<string, FrameCounts>();
  readonly #publishedTracks = new Map<asked.Source, { sid: string; handle: bigint; end: () => void }>();
  #state = 'disconnected';
  #reconnects = 0;

  get #local() {
    const { localParticipant } = this.#room;
    if (localParticipant === undefined) throw new Error('not joined');
    return localParticipant;
  }

  async join({ url, token, dynacast = false, key }: asked.JoinOptions): Promise<void> {
    this.#room = new Room();
    this.#received.clear();
    this.#listen();
    this.#room.registerByteStreamHandler('files', (reader, { identity }) => void this.#receive(reader, identity));
    const encryption = key === undefined ? {} : { encryption: encryptedWith(key) };
    await this.#room.connect(url, token, Object.assign({ autoSubscribe: true, dynacast }, encryption));
    this.#state = 'connected';
    this.#local.registerRpcMethod('echo', async ({ payload }) => `echo: ${payload}`);
    this.#local.registerRpcMethod('fail', async () => {
      throw new RpcError(1600, 'as asked');
    });
  }

  #listen(): void {
    this.#room.on('disconnected', (reason) => {
      this.#state = 'disconnected';
      this.#disconnects.push(DisconnectReason[reason] ?? String(reason));
    });
    this.#room.on('reconnecting', () => {
      this.#state = 'reconnecting';
    });
    this.#room.on('reconnected', () => {
      this.#state = 'connected';
      this.#reconnects += 1;
    });
    this.#room.on('dataReceived', (payload, from, kind, topic) => {
      const text = new TextDecoder().decode(payload);
      this.#messages.push({
        text,
        topic: topic ?? '',
        reliable: kind === DataPacketKind.KIND_RELIABLE,
        from: from?.identity ?? '',
      });
    });
    this.#room.on('trackSubscribed', (track, publication, { identity }) => this.#count(track, publication, identity));
    this.#room.on('trackUnsubscribed', (_track, { sid }) => void this.#received.delete(sid ?? ''));
  }

  #count(track: RemoteTrack, { sid, mimeType, source }: RemoteTrackPublication, identity: string): void {
    const what = { identity, source: sources.get(source) ?? 'unknown', mimeType: mimeType ?? '' };
    const counts = { ...what, frames: 0, width: 0, sound: 0 };
    this.#received.set(sid ?? '', counts);
    void (track.kind === TrackKind.KIND_VIDEO ? countFrames(track, counts) : countSound(track, counts));
  }

  async leave(): Promise<void> {
    await this.#room.disconnect();
  }

  async status(): Promise<asked.Status> {
    const { sid = '' } = this.#local;
    return { state: this.#state, sid, disconnects: this.#disconnects, reconnects: this.#reconnects };
  }

  async publish({ camera, microphone }: asked.PublishOptions): Promise<void> {
    if (microphone === true) {
      const source = new AudioSource(SAMPLE_RATE, 1, 200);
      const track = LocalAudioTrack.createAudioTrack('microphone', source);
      const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE, dtx: false, red: false });
      await this.#publish('microphone', track, options, playTone(source));
    }
    if (camera === undefined) return;
    const source = new VideoSource(WIDTH, HEIGHT);
    const track = LocalVideoTrack.createVideoTrack('camera', source);
    const { codec, simulcast } = camera;
    const options = { source: TrackSource.SOURCE_CAMERA, videoCodec: codecs[codec], simulcast };
    await this.#publish('camera', track, new TrackPublishOptions(options), film(source));
  }

  async #publish(
    kind: asked.Source,
    track: LocalAudioTrack | LocalVideoTrack,
    options: TrackPublishOptions,
    end: () => void,
  ): Promise<void> {
    const { sid = '' } = await this.#local.publishTrack(track, options);
    this.#publishedTracks.set(kind, { sid, handle: track.ffi_handle.handle, end });
  }

  async unpublish(): Promise<void> {
    for (const [kind, { sid, end }] of this.#publishedTracks) {
      this.#publishedTracks.delete(kind);
      end();
      await this.#local.unpublishTrack(sid);
    }
  }

  async setMuted(source: asked.Source, mute: boolean): Promise<void> {
    const own = this.#publishedTracks.get(source);
    if (own === undefined) throw new Error(`no ${source} is published`);
    nativeRequest({ case: 'localTrackMute', value: { trackHandle: own.handle, mute } });
  }

  async people(): Promise<readonly asked.Person[]> {
    return [...this.#room.remoteParticipants.values()].map((one) => ({
      identity: one.identity,
      name: one.name ?? '',
      metadata: one.metadata,
      attributes: one.attributes,
      tracks: [...one.trackPublications.values()].map(({ source, muted, subscribed, encryptionType }) => ({
        source: sources.get(source) ?? 'unknown',
        muted: muted ?? false,
        subscribed,
        isEncrypted: encryptionType === EncryptionType.GCM,
      })),
    }));
  }

  async received(): Promise<readonly asked.Received[]> {
    return [...this.#received.values()];
  }

  async sent(): Promise<readonly asked.Sent[]> {
    return sentRows((await this.#room.getRtcStats()).publisherStats);
  }

  async setSubscribed(identity: string, subscribed: boolean): Promise<void> {
    const one = this.#room.remoteParticipants.get(identity);
    for (const publication of one?.trackPublications.values() ?? []) publication.setSubscribed(subscribed);
  }

  async allowSubscribers(identities: readonly string[] | null): Promise<void> {
    const permissions = (identities ?? []).map((participantIdentity) => ({
      participantIdentity,
      allowAll: true,
      allowedTrackSids: [],
    }));
    const value = {
      localParticipantHandle: this.#local.ffi_handle.handle,
      allParticipantsAllowed: identities === null,
      permissions,
    };
    nativeRequest({ case: 'setTrackSubscriptionPermissions', value });
  }

  async show(): Promise<void> {
    throw new Error('UNSUPPORTED');
  }

  async send({ text, topic, reliable, to }: asked.Outgoing): Promise<void> {
    const destination_identities = to === undefined ? [] : [...to];
    await this.#local.publishData(new TextEncoder().encode(text), { topic, reliable, destination_identities });
  }

  async heard(): Promise<readonly asked.Message[]> {
    return this.#messages;
  }

  async sendFile({ content, to }: asked.SentFile): Promise<void> {
    const bytes = Buffer.from(content, 'base64');
    const destinationIdentities = to === undefined ? {} : { destinationIdentities: [...to] };
    const about = { name: 'picture', topic: 'files', mimeType: 'image/png', totalSize: bytes.byteLength };
    const writer = await this.#local.streamBytes(Object.assign(about, destinationIdentities));
    await writer.write(bytes);
    await writer.close();
  }

  async #receive(reader: ByteStreamReader, from: string): Promise<void> {
    try {
      const content = Buffer.concat(await reader.readAll());
      const sha256 = createHash('sha256').update(content).digest('hex');
      this.#files.push({ from, bytes: content.byteLength, sha256, failure: '' });
    } catch (error) {
      this.#files.push({ from, bytes: 0, sha256: '', failure: String(error) });
    }
  }

  async files(): Promise<readonly asked.ReceivedFile[]> {
    return this.#files;
  }

  async call({ to, method, payload }: asked.Call): Promise<asked.CallResult> {
    try {
      return { answer: await this.#local.performRpc({ destinationIdentity: to, method, payload }) };
    } catch (error) {
      if (error instanceof RpcError) return { code: Number(error.code) };
      throw error;
    }
  }

  /**
   * Sets each value only when the SDK has applied the one before: each request also sends the SDK's current other
   * values.
   */
  async setAbout({ name, metadata, attributes }: asked.About): Promise<void> {
    const local = this.#local;
    if (name !== undefined) {
      await local.updateName(name);
      await until('the name is known', () => local.name === name);
    }
    if (metadata !== undefined) {
      await local.updateMetadata(metadata);
      await until('the metadata are known', () => local.metadata === metadata);
    }
    if (attributes !== undefined) await local.setAttributes({ ...attributes });
  }
}

async function countFrames(track: RemoteTrack, counts: FrameCounts): Promise<void> {
  for await (const { frame } of new VideoStream(track)) {
    counts.frames += 1;
    counts.width = frame.width;
  }
}

async function countSound(track: RemoteTrack, counts: FrameCounts): Promise<void> {
  for await (const { data } of new AudioStream(track, SAMPLE_RATE, 1)) {
    if (data.some((sample) => Math.abs(sample) > AUDIBLE)) counts.sound += 1;
  }
}

function film(source: VideoSource): () => void {
  let turn = 0;
  const timer = setInterval(() => {
    const data = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
    const from = (turn * 16) % WIDTH;
    for (let y = 0; y < HEIGHT; y += 1) data.fill(235, y * WIDTH + from, y * WIDTH + from + 16);
    turn += 1;
    source.captureFrame(new VideoFrame(data, WIDTH, HEIGHT, VideoBufferType.I420));
  }, FRAME_MS);
  return () => clearInterval(timer);
}

function playTone(source: AudioSource): () => void {
  let isOn = true;
  let at = 0;
  const go = async (): Promise<void> => {
    while (isOn) {
      const samples = Int16Array.from(
        { length: SAMPLES },
        (_, index) => 12_000 * Math.sin((2 * Math.PI * 440 * (at + index)) / SAMPLE_RATE),
      );
      at += SAMPLES;
      await source.captureFrame(new AudioFrame(samples, SAMPLE_RATE, 1, SAMPLES));
    }
  };
  go().catch((error: unknown) => process.stderr.write(`microphone: ${String(error)}\n`));
  return () => {
    isOn = false;
  };
}

const agent = new RtcNodeAgent();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, call, args } = JSON.parse(line) as { id: number; call: keyof asked.Agent; args: never[] };
  const answer = (body: object): void => void process.stdout.write(`${JSON.stringify({ id, ...body })}\n`);
  (agent[call] as (...all: never[]) => Promise<unknown>).apply(agent, args).then(
    (result) => answer({ result: result ?? null }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  );
});
lines.on('close', () => {
  void dispose().finally(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
