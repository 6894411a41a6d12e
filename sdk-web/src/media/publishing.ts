// Our own tracks in the room: encodes, announces, mutes, follows the demand for layers, and publishes again after a rejoin.
import { limits, newId, type RtpParameters, rtpParametersToWire } from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import { trackInfo } from '../connection/convert.ts';
import type { Body, ServerFrame } from '../connection/socket.ts';
import { planVideo, type VideoPlan } from '../core/codec.ts';
import type { TrackRow } from '../core/roster.ts';
import { asClientError, MeridianClientError } from '../errors.ts';
import { LocalTrackPublication } from '../tracks/local-publication.ts';
import type { LocalTrack, SenderBinding } from '../tracks/local-track.ts';
import type { TrackPublishOptions, TrackSource } from '../types.ts';
import type { MediaSession, ProduceAppData } from './session.ts';

export interface PublishingPorts {
  /** The session's media; rejects when the room ends, waits while it is being made. */
  media(): Promise<MediaSession>;
  request(body: Body): Promise<ServerFrame>;
  post(body: Body): boolean;
  roomSize(): number;
  published(publication: LocalTrackPublication): void;
  unpublished(publication: LocalTrackPublication): void;
  failed(track: LocalTrack, error: MeridianClientError): void;
}
interface Sending {
  readonly publication: LocalTrackPublication;
  readonly media: MediaSession;
  readonly producer: types.Producer;
  /** Resolves when the service has taken the track. */
  readonly accepted: Promise<void>;
  /** When we ourselves last muted or unmuted, and what the service last said. */
  ownChangeMs: number;
  mutedByService: boolean;
}
interface Prepared {
  readonly row: TrackRow;
  readonly bitrates: readonly number[];
  readonly options: types.ProducerOptions<ProduceAppData>;
}
type Encoding = Pick<types.ProducerOptions, 'encodings' | 'codecOptions' | 'codec'>;

const attemptsMax = 3; // the socket was lost between Publish and its answer: again, under a new id
const audioBitrateBps = 48_000;
const musicBitrateBps = 128_000;
const echoSettlesMs = 1500;
const lostCodes = new Set(['SOCKET_LOST', 'NOT_CONNECTED', 'REQUEST_TIMEOUT']);

export class Publishing {
  readonly #ports: PublishingPorts;
  readonly #sending = new Map<LocalTrack, Sending>();
  /** Published in the session that was lost; published again in the next one. */
  readonly #lost = new Map<LocalTrack, LocalTrackPublication>();
  readonly #underWay = new Set<LocalTrack>();
  /** Changes of encodings one after another: getParameters and setParameters must not interleave. */
  #encodingQueue: Promise<void> = Promise.resolve();

  constructor(ports: PublishingPorts) {
    this.#ports = ports;
  }

  /** Publishes a track; errors as LocalParticipant.publishTrack. */
  async publish(track: LocalTrack, options: TrackPublishOptions): Promise<LocalTrackPublication> {
    if (track.mediaStreamTrack.readyState === 'ended') throw new MeridianClientError('TRACK_ENDED');
    if (this.#sending.has(track) || this.#underWay.has(track)) throw new MeridianClientError('TRACK_EXISTS');
    if (this.#sending.size + this.#underWay.size >= limits.tracksPerParticipantMax) throw new MeridianClientError('TRACK_LIMIT');
    this.#underWay.add(track);
    try {
      return await this.#publishAgain(track, options, 1, undefined);
    } catch (error) {
      const failure = asClientError(error, 'PUBLISH_FAILED');
      this.#ports.failed(track, failure);
      throw failure;
    } finally {
      this.#underWay.delete(track);
    }
  }

  /** Takes a track out of the room. The service is told when it can be; a session that is gone has forgotten the track anyway. */
  async unpublish(publication: LocalTrackPublication): Promise<void> {
    this.#forget(publication.track);
    this.#ports.unpublished(publication);
    await this.#tell({ unpublish: { trackId: publication.trackId } });
  }

  /** The service took the track away (an administrator, a lost node). */
  removed(trackId: string): void {
    const sending = this.#find(trackId);
    if (sending === undefined) return;
    this.#forget(sending.publication.track);
    this.#ports.unpublished(sending.publication);
  }

  /**
   * The service says that a track of ours is muted: an administrator did it, or it is the echo of our own change. Only after our own changes
   * have settled does it count, for echoes of a quick mute and unmute come late. The owner of the microphone may unmute it again.
   */
  mutedByService(trackId: string, muted: boolean): void {
    const sending = this.#find(trackId);
    if (sending === undefined) return;
    sending.mutedByService = muted;
    const waitMs = Math.max(0, sending.ownChangeMs + echoSettlesMs - performance.now());
    setTimeout(() => {
      const stale = performance.now() < sending.ownChangeMs + echoSettlesMs;
      const { track } = sending.publication;
      if (!stale && sending.mutedByService && !track.isMuted && this.#sending.get(track) === sending) void track.mute();
    }, waitMs);
  }

  /** The highest spatial layer anybody watches; −1: nobody. Encodings above it stop until somebody does. */
  demand(trackId: string, maxSpatialLayer: number): void {
    const sending = this.#find(trackId);
    if (sending === undefined || sending.publication.kind !== 'video') return;
    sending.publication.setDemandedLayer(maxSpatialLayer);
    this.#encodingQueue = this.#encodingQueue.then(() => setActive(sending.producer, maxSpatialLayer)).catch(() => undefined); // closed meanwhile
  }

  /** The media session is gone: senders with it. The publications stay for `republish`; a `publish` under way tries again by itself. */
  mediaGone(): void {
    for (const [track, { publication }] of [...this.#sending]) {
      publication.setDemandedLayer(undefined);
      this.#sending.delete(track);
      if (this.#underWay.has(track)) continue;
      this.#lost.set(track, publication);
      track.bind(this.#absentBinding(track));
    }
  }

  /** Publishes again what was published before the session was lost: same tracks, new ids. */
  async republish(): Promise<void> {
    const lost = [...this.#lost];
    const results = await Promise.allSettled(lost.map(([track, publication]) => this.#republishOne(track, publication)));
    for (const [index, result] of results.entries()) {
      const [track, publication] = lost[index] ?? [];
      if (result.status === 'fulfilled' || track === undefined || publication === undefined) continue;
      const error = asClientError(result.reason, 'PUBLISH_FAILED');
      if (lostCodes.has(error.code)) continue; // lost again: the next rejoin takes it along
      this.#lost.delete(track);
      this.#ports.failed(track, error);
      this.#ports.unpublished(publication);
    }
  }

  /** After a resume: what changed while the socket was away is told again. */
  resync(): void {
    for (const { publication } of this.#sending.values()) {
      this.#ports.post({ setTrackMuted: { trackId: publication.trackId, muted: publication.isMuted } });
    }
  }

  /** Ends everything; the tracks themselves are the caller's. */
  close(): void {
    for (const track of [...this.#sending.keys(), ...this.#lost.keys()]) track.bind(undefined);
    for (const { producer } of this.#sending.values()) producer.close();
    this.#sending.clear();
    this.#lost.clear();
  }

  async #publishAgain(
    track: LocalTrack,
    options: TrackPublishOptions,
    attempt: number,
    staleId: string | undefined,
  ): Promise<LocalTrackPublication> {
    const sending = await this.#produce(track, options, undefined);
    // The answer to the attempt before was lost: the service may hold that track without ever getting a packet of it.
    if (staleId !== undefined) this.#ports.post({ unpublish: { trackId: staleId } });
    try {
      await sending.accepted;
    } catch (error) {
      const failure = asClientError(error, 'PUBLISH_FAILED');
      if (this.#sending.get(track) === sending) this.#forget(track);
      if (!lostCodes.has(failure.code) || attempt >= attemptsMax) throw failure;
      return this.#publishAgain(track, options, attempt + 1, sending.publication.trackId);
    }
    this.#ports.published(sending.publication);
    return sending.publication;
  }

  async #republishOne(track: LocalTrack, publication: LocalTrackPublication): Promise<void> {
    // A camera that is muted is closed: it is published when it opens again (#absentBinding).
    if (track.mediaStreamTrack.readyState === 'ended') return;
    const sending = await this.#produce(track, publication.options, publication);
    try {
      await sending.accepted;
    } catch (error) {
      if (this.#sending.get(track) === sending) this.#forget(track);
      this.#lost.set(track, publication);
      throw error;
    }
  }

  /** Starts sending and announces it; nothing here waits for the service. */
  async #produce(track: LocalTrack, options: TrackPublishOptions, known: LocalTrackPublication | undefined): Promise<Sending> {
    const media = await this.#ports.media();
    const accepted = Promise.withResolvers<void>();
    accepted.promise.catch(() => undefined); // awaited by the callers below; never unhandled when they fail earlier
    const prepared = this.#prepare(media, track, options, (rtp) => {
      const announcement = { track: trackInfo(prepared.row, prepared.bitrates), rtpParameters: rtpParametersToWire(rtp as RtpParameters) };
      this.#ports.request({ publish: announcement }).then(() => accepted.resolve(), accepted.reject);
    });
    let producer: types.Producer;
    try {
      producer = await media.send.produce(prepared.options);
    } catch (error) {
      throw asClientError(error, media.closed ? 'SOCKET_LOST' : 'PUBLISH_FAILED');
    }
    const publication = known ?? new LocalTrackPublication({ row: prepared.row, track, options });
    if (known !== undefined) this.#renamed(known, prepared.row);
    const sending: Sending = {
      publication,
      media,
      producer,
      accepted: accepted.promise,
      ownChangeMs: Number.NEGATIVE_INFINITY,
      mutedByService: false,
    };
    this.#sending.set(track, sending);
    this.#lost.delete(track);
    track.bind(this.#binding(sending));
    return sending;
  }

  #renamed(publication: LocalTrackPublication, row: TrackRow): void {
    this.#ports.unpublished(publication);
    publication.update(row);
    this.#ports.published(publication);
  }

  #prepare(
    media: MediaSession,
    track: LocalTrack,
    options: TrackPublishOptions,
    announce: (rtpParameters: types.RtpParameters) => void,
  ): Prepared {
    const trackId = newId('TR_', (count) => crypto.getRandomValues(new Uint8Array(count)));
    const source = options.source ?? track.source;
    const name = (options.name ?? '').slice(0, limits.nameLengthMax);
    const base = { trackId, source, name, muted: track.isMuted, nodeId: '' };
    // The track is the caller's: closing a sender must not stop it, and muting is ours to do.
    const common = { track: track.mediaStreamTrack, stopTracks: false, disableTrackOnPause: false, appData: { trackId, announce } };
    if (track.kind === 'audio') {
      const row = { ...base, kind: 'audio', mimeType: 'audio/opus', layerKind: 'simple', layers: [], width: 0, height: 0 } as const;
      return { row, bitrates: [], options: { ...common, ...audioEncoding(source, options) } };
    }
    const plan = this.#plan(media, track, source, options);
    const mimeType = `video/${plan.codec.toUpperCase()}`;
    const layers = plan.layers.map(({ spatialLayer, width, height }) => ({ spatialLayer, width, height }));
    const top = layers.at(-1);
    const size = { width: top?.width ?? 0, height: top?.height ?? 0 };
    const row = { ...base, kind: 'video', mimeType, layerKind: plan.layerKind, layers, ...size } as const;
    const bitrates = plan.layers.map((layer) => layer.maxBitrateBps);
    return { row, bitrates, options: { ...common, ...videoEncoding(media, plan) } };
  }

  #plan(media: MediaSession, track: LocalTrack, source: TrackSource, options: TrackPublishOptions): VideoPlan {
    const settings = track.mediaStreamTrack.getSettings();
    const plan = planVideo({
      browser: media.preparation.browser,
      sendable: media.preparation.sendable,
      source,
      width: settings.width ?? 1280,
      height: settings.height ?? 720,
      roomSize: this.#ports.roomSize(),
      codec: options.codec,
      simulcast: options.simulcast,
      maxBitrateBps: options.maxBitrateBps,
      maxFrameRate: options.maxFrameRate,
    });
    if (plan === undefined) throw new MeridianClientError('CODEC_UNSUPPORTED', `this browser cannot send ${options.codec ?? 'video'}`);
    return plan;
  }

  #binding(sending: Sending): SenderBinding {
    return {
      replace: async (next) => {
        if (!sending.producer.closed) await sending.producer.replaceTrack({ track: next });
      },
      mutedChanged: (muted) => {
        sending.ownChangeMs = performance.now();
        void this.#tell({ setTrackMuted: { trackId: sending.publication.trackId, muted } });
      },
      stats: () => sending.producer.getStats(),
    };
  }

  /** Between two sessions there is no sender. A camera that opens again after the rejoin is published then. */
  #absentBinding(track: LocalTrack): SenderBinding {
    return {
      replace: async (next) => {
        if (next !== null && this.#lost.has(track)) track.once('replaced', () => void this.republish());
      },
      mutedChanged: () => undefined,
      stats: () => Promise.reject(new MeridianClientError('TRACK_NOT_PUBLISHED')),
    };
  }

  /** Tells the service something that a lost session makes pointless; any other refusal is a bug that must be seen. */
  async #tell(body: Body): Promise<void> {
    try {
      await this.#ports.request(body);
    } catch (error) {
      const { code } = asClientError(error, 'INTERNAL');
      if (!lostCodes.has(code) && code !== 'TRACK_UNKNOWN' && code !== 'CONNECTION_CLOSED') throw error;
    }
  }

  #find(trackId: string): Sending | undefined {
    return [...this.#sending.values()].find((sending) => sending.publication.trackId === trackId);
  }

  #forget(track: LocalTrack): void {
    this.#sending.get(track)?.producer.close();
    this.#sending.delete(track);
    this.#lost.delete(track);
    track.bind(undefined);
  }
}

function audioEncoding(source: TrackSource, options: TrackPublishOptions): Encoding {
  const speech = source === 'microphone';
  return {
    codecOptions: { opusFec: true, opusDtx: options.dtx ?? speech, opusStereo: !speech },
    encodings: [{ maxBitrate: options.maxBitrateBps ?? (speech ? audioBitrateBps : musicBitrateBps) }],
  };
}

function videoEncoding(media: MediaSession, plan: VideoPlan): Encoding {
  const mimeType = `video/${plan.codec}`;
  const codec = media.preparation.device.sendRtpCapabilities.codecs?.find((one) => one.mimeType.toLowerCase() === mimeType);
  return {
    encodings: plan.encodings.map((encoding) => ({ ...encoding })),
    // A low start makes the first seconds of every call a blur.
    codecOptions: { videoGoogleStartBitrate: 800 },
    ...(codec === undefined ? {} : { codec }),
  };
}

async function setActive(producer: types.Producer, maxSpatialLayer: number): Promise<void> {
  const sender = producer.rtpSender;
  if (producer.closed || sender === undefined) return;
  const parameters = sender.getParameters();
  const single = parameters.encodings.length === 1;
  let changed = false;
  for (const [index, encoding] of parameters.encodings.entries()) {
    const active = single ? maxSpatialLayer >= 0 : index <= maxSpatialLayer;
    changed ||= encoding.active !== active;
    encoding.active = active;
  }
  if (changed) await sender.setParameters(parameters);
}
