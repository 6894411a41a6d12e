import {
  catchUpRid,
  dependencyDescriptorUri,
  type LayerKind,
  type MediaKind,
  MeridianError,
  type RtpParameters,
  rosterMimeType,
  routerConstant,
} from '@meridian/protocol';
import { errors, parseScalabilityMode, type types } from 'mediasoup';
import type { LayerSet } from '../../core/index.ts';
import type {
  Arrival,
  ConsumeOptions,
  ConsumerEvents,
  Downlink,
  EngineConsumer,
  EngineProducer,
  Layers,
  ProduceOptions,
  Traffic,
} from '../../engine.ts';

const layerKinds: Record<string, LayerKind> = { simple: 'simple', simulcast: 'simulcast', svc: 'svc' };
/** mediasoup's type 'pipe' counts as 'simple': the receiver of a pipe derives the layer kind from the encodings. */
const layerKindOf = (type: string): LayerKind => layerKinds[type] ?? 'simple';

/** mediasoup's unions (uris, mime types) are narrower than ours; it checks the values itself and throws TypeError. */
export const toMediasoup = (rtp: RtpParameters): types.RtpParameters => rtp as types.RtpParameters;
export const fromMediasoup = (rtp: types.RtpParameters): RtpParameters => rtp as RtpParameters;

function temporalLayersOf({ rtpParameters: { encodings = [] } }: types.Producer): number {
  return Math.max(1, ...encodings.map(({ scalabilityMode }) => parseScalabilityMode(scalabilityMode).temporalLayers));
}

function spatialLayersOf(producer: types.Producer): number {
  const encodings = producer.rtpParameters.encodings ?? [];
  if (producer.type === 'simulcast') return Math.max(1, encodings.length);
  return Math.max(1, parseScalabilityMode(encodings[0]?.scalabilityMode).spatialLayers);
}

export class MediasoupProducer implements EngineProducer {
  readonly handle: types.Producer;
  readonly layerKind: LayerKind;
  readonly layerCount: number;
  readonly temporalLayerCount: number;
  readonly mimeType: string;
  readonly #catchUps: readonly types.Producer[];

  constructor(handle: types.Producer, catchUps: readonly types.Producer[], onScore: (score: number) => void) {
    this.handle = handle;
    this.#catchUps = catchUps;
    this.layerKind = layerKindOf(handle.type);
    this.layerCount = spatialLayersOf(handle);
    this.temporalLayerCount = temporalLayersOf(handle);
    const [codec] = handle.rtpParameters.codecs;
    this.mimeType = codec === undefined ? '' : rosterMimeType(codec);
    handle.on('score', (scores) => onScore(Math.max(0, ...scores.map(({ score }) => score))));
  }

  get id(): string {
    return this.handle.id;
  }
  get kind(): MediaKind {
    return this.handle.kind;
  }
  get paused(): boolean {
    return this.handle.paused;
  }
  get closed(): boolean {
    return this.handle.closed;
  }
  get catchUpIds(): string[] {
    return this.#catchUps.map(({ id }) => id);
  }

  async setPaused(paused: boolean): Promise<void> {
    const change = (handle: types.Producer): Promise<void> => (paused ? handle.pause() : handle.resume());
    const changing = [this.handle, ...this.#catchUps].filter((handle) => handle.paused !== paused);
    await Promise.all(changing.map((handle) => unlessClosed(handle, () => change(handle))));
  }

  async bitrateBps(): Promise<number> {
    const stats = this.handle.closed ? [] : await this.handle.getStats();
    return stats.reduce((sum, { bitrate }) => sum + bitrate, 0);
  }

  async arrival(): Promise<Arrival> {
    const stats = this.handle.closed ? [] : await this.handle.getStats();
    const clockRate = this.handle.rtpParameters.codecs[0]?.clockRate ?? 0;
    const streams = stats.filter(({ bitrate }) => bitrate > 0);
    const jitter = Math.max(0, ...streams.map((stream) => stream.jitter)); // in units of the clock, as in RTCP
    return {
      lossShare: Math.max(0, ...streams.map(({ fractionLost }) => fractionLost / 256)), // in 256ths, as in RTCP
      jitterMs: clockRate > 0 ? (jitter * 1000) / clockRate : 0,
      roundTripMs: streams.find(({ roundTripTime }) => roundTripTime !== undefined && roundTripTime > 0)?.roundTripTime,
    };
  }

  close(): void {
    for (const handle of [this.handle, ...this.#catchUps]) handle.close();
  }
}

const dependencyDescriptor = (routerConstant.capabilities.headerExtensions ?? [])
  .filter(({ uri }) => uri === dependencyDescriptorUri)
  .map(({ uri, preferredId: id }) => ({ uri, id }));

/**
 * Returns the header extensions of a consumer's packets. Those of AV1 carry the publisher's dependency descriptor
 * (mediasoup/worker/src/RTC/Producer.cpp), which mediasoup lists only for pipes. Without it a receiver decodes each
 * spatial layer as a picture of its own, and Chromium then shows none.
 */
function sentExtensions({
  codecs,
  headerExtensions = [],
}: RtpParameters): NonNullable<RtpParameters['headerExtensions']> {
  const isListed = headerExtensions.some(({ uri }) => uri === dependencyDescriptorUri);
  return isListed || codecs[0]?.mimeType !== 'video/AV1'
    ? headerExtensions
    : [...headerExtensions, ...dependencyDescriptor];
}

export class MediasoupConsumer implements EngineConsumer {
  readonly handle: types.Consumer;
  readonly layerKind: LayerKind;
  readonly #catchUps: readonly types.Consumer[];

  /** `catchUps`: over a pipe, the consumers of the producer's catch-up streams. */
  constructor(handle: types.Consumer, events: ConsumerEvents, catchUps: readonly types.Consumer[] = []) {
    this.handle = handle;
    this.#catchUps = catchUps;
    this.layerKind = layerKindOf(handle.type);
    handle.on('producerclose', () => events.closed());
    handle.on('producerpause', () => events.producerPaused(true));
    handle.on('producerresume', () => events.producerPaused(false));
    handle.on('score', (score) => events.score(score.score));
    handle.on('layerschange', (layers) => events.layers(layersOf(layers)));
  }

  get id(): string {
    return this.handle.id;
  }
  get kind(): MediaKind {
    return this.handle.kind;
  }
  get rtpParameters(): RtpParameters {
    const rtp = fromMediasoup(this.handle.rtpParameters);
    const catchUpEncodings = this.#catchUps.flatMap(({ rtpParameters: { encodings = [] } }) =>
      encodings.map((encoding) => ({ ...encoding, rid: catchUpRid })),
    );
    const encodings = [...(rtp.encodings ?? []), ...catchUpEncodings];
    return { ...rtp, headerExtensions: sentExtensions(rtp), encodings };
  }
  get paused(): boolean {
    return this.handle.paused;
  }
  get producerPaused(): boolean {
    return this.handle.producerPaused;
  }
  get score(): number {
    return this.handle.score.score;
  }
  get layers(): Layers | undefined {
    return layersOf(this.handle.currentLayers);
  }

  async pause(): Promise<void> {
    await Promise.all(this.#all.map((handle) => unlessClosed(handle, () => handle.pause())));
  }
  async resume(): Promise<void> {
    await Promise.all(this.#all.map((handle) => unlessClosed(handle, () => handle.resume())));
  }
  async setPreferredLayers({
    spatialLayer,
    leftOut = 0,
    ...temporal
  }: Layers & { readonly leftOut?: LayerSet }): Promise<void> {
    const { type } = this.handle;
    if (type === 'simple') return;
    // A worker with `pipe-needed` finds the layers to leave out in the upper half of a pipe's number. Others ignore it.
    const coded = type === 'pipe' ? spatialLayer + 16 * (leftOut & 15) : spatialLayer;
    await unlessClosed(this.handle, () => this.handle.setPreferredLayers({ spatialLayer: coded, ...temporal }));
  }
  setPriority(priority: number): Promise<void> {
    return unlessClosed(this.handle, () => this.handle.setPriority(priority));
  }
  async roundTripMs(): Promise<number | undefined> {
    const stats = this.handle.closed ? [] : await this.handle.getStats();
    return stats.find(({ type }) => type === 'outbound-rtp')?.roundTripTime || undefined;
  }
  async arrival(): Promise<Pick<Arrival, 'lossShare' | 'roundTripMs'>> {
    const stats = this.handle.closed ? [] : await this.handle.getStats();
    const sent = stats.find(({ type }) => type === 'outbound-rtp');
    return { lossShare: (sent?.fractionLost ?? 0) / 256, roundTripMs: sent?.roundTripTime || undefined };
  }
  async requestKeyFrame(): Promise<void> {
    if (this.handle.kind === 'video') await unlessClosed(this.handle, () => this.handle.requestKeyFrame());
  }
  close(): void {
    for (const handle of this.#all) handle.close();
  }

  get #all(): types.Consumer[] {
    return [this.handle, ...this.#catchUps];
  }
}

/** Runs a request and ignores its failure if the object was closed meanwhile. */
async function unlessClosed(handle: { readonly closed: boolean }, request: () => Promise<void>): Promise<void> {
  if (handle.closed) return;
  try {
    await request();
  } catch (error) {
    if (!handle.closed) throw error;
  }
}

function layersOf(layers: types.ConsumerLayers | undefined): Layers | undefined {
  if (layers === undefined) return undefined;
  const { spatialLayer, temporalLayer } = layers;
  return temporalLayer === undefined ? { spatialLayer } : { spatialLayer, temporalLayer };
}

export async function produceOn(transport: types.Transport, o: ProduceOptions): Promise<MediasoupProducer> {
  const { encodings = [], mid, ...common } = o.rtpParameters;
  const catchUps = encodings.filter(({ rid }) => rid === catchUpRid);
  const layerEncodings = encodings.filter(({ rid }) => rid !== catchUpRid);
  const produce = (id: string, rtpParameters: RtpParameters): Promise<types.Producer> =>
    transport.produce({
      id,
      kind: o.kind,
      rtpParameters: toMediasoup(rtpParameters),
      paused: o.paused,
      keyFrameRequestDelay: o.keyFrameRequestDelayMs,
    });
  const handles = [await produce(o.id, { ...common, ...(mid !== undefined && { mid }), encodings: layerEncodings })];
  try {
    // Catch-up producers get no mid, which only one producer may have.
    for (const [at, { rid: _, ...encoding }] of catchUps.entries())
      handles.push(await produce(`${o.id}+${at + 1}`, { ...common, encodings: [encoding] }));
  } catch (error) {
    for (const handle of handles) handle.close();
    throw error;
  }
  return new MediasoupProducer(handles[0] as types.Producer, handles.slice(1), o.onScore);
}

export async function consumeOn(transport: types.Transport, o: ConsumeOptions): Promise<EngineConsumer> {
  try {
    const consumer = await transport.consume({
      producerId: o.producerId,
      rtpCapabilities: o.capabilities as types.RtpCapabilities,
      paused: true,
      enableRtx: true, // for audio too: NACK of opus, if the receiver offers it
    });
    return new MediasoupConsumer(consumer, o.events);
  } catch (cause) {
    if (cause instanceof errors.UnsupportedError) throw new MeridianError('CODEC_UNSUPPORTED', undefined, { cause });
    if (cause instanceof errors.NotFoundError) throw new MeridianError('TRACK_UNKNOWN', undefined, { cause });
    throw cause;
  }
}

/** Returns the worker's counters of a transport. With `countOnly`, `receivedBytes` counts only media of producers. */
export async function trafficOf(transport: types.Transport, countOnly?: 'rtp of producers'): Promise<Traffic> {
  const [stat] = (await transport.getStats()) as types.WebRtcTransportStat[];
  const receivedBytes = countOnly === undefined ? stat?.bytesReceived : stat?.rtpBytesReceived;
  return {
    txBps: stat?.sendBitrate ?? 0,
    rxBps: stat?.recvBitrate ?? 0,
    sentBytes: stat?.bytesSent ?? 0,
    receivedBytes: receivedBytes ?? 0,
  };
}

/** The worker's estimate of a transport's downlink, by its events. */
export class Estimate {
  readonly #transport: types.Transport;
  #isFollowed = false;
  #bps: number | undefined;

  constructor(transport: types.Transport) {
    this.#transport = transport;
  }

  get bps(): number | undefined {
    return this.#bps;
  }

  async follow(): Promise<void> {
    if (this.#isFollowed) return;
    this.#isFollowed = true;
    this.#transport.on('trace', (event) => {
      if (event.type === 'bwe') this.#bps = (event.info as { availableBitrate: number }).availableBitrate;
    });
    await unlessClosed(this.#transport, () => this.#transport.enableTraceEvent(['bwe']));
  }
}

export async function downlinkOf(transport: types.Transport): Promise<Downlink> {
  const [stat] = (await transport.getStats()) as types.WebRtcTransportStat[];
  return { availableBps: stat?.availableOutgoingBitrate, lossShare: stat?.rtpPacketLossSent ?? 0 };
}
