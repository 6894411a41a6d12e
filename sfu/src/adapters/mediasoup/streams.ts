// mediasoup's producers and consumers behind the engine's port.
import { type LayerKind, type MediaKind, type RtpParameters, rosterMimeType } from '@meridian/protocol';
import { parseScalabilityMode, type types } from 'mediasoup';
import type {
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
/** A pipe consumer has a type of its own, which is not asked for: its receiver derives the kind from the encodings. */
const layerKindOf = (type: string): LayerKind => layerKinds[type] ?? 'simple';

/** mediasoup's unions (uris, mime types) are narrower than ours; it checks the values itself and throws TypeError. */
export const toMediasoup = (rtp: RtpParameters): types.RtpParameters => rtp as types.RtpParameters;
export const fromMediasoup = (rtp: types.RtpParameters): RtpParameters => rtp as RtpParameters;

function spatialLayersOf(producer: types.Producer): number {
  const encodings = producer.rtpParameters.encodings ?? [];
  if (producer.type === 'simulcast') return Math.max(1, encodings.length);
  return Math.max(1, parseScalabilityMode(encodings[0]?.scalabilityMode).spatialLayers);
}

export class MediasoupProducer implements EngineProducer {
  readonly handle: types.Producer;
  readonly layerKind: LayerKind;
  readonly layerCount: number;
  readonly mimeType: string;

  constructor(handle: types.Producer, onScore: (score: number) => void) {
    this.handle = handle;
    this.layerKind = layerKindOf(handle.type);
    this.layerCount = spatialLayersOf(handle);
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

  async setPaused(paused: boolean): Promise<void> {
    if (this.handle.paused === paused) return;
    await unlessGone(this.handle, () => (paused ? this.handle.pause() : this.handle.resume()));
  }

  async bitrateBps(): Promise<number> {
    const stats = this.handle.closed ? [] : await this.handle.getStats();
    return stats.reduce((sum, { bitrate }) => sum + bitrate, 0);
  }

  close(): void {
    this.handle.close();
  }
}

export class MediasoupConsumer implements EngineConsumer {
  readonly handle: types.Consumer;
  readonly layerKind: LayerKind;

  constructor(handle: types.Consumer, events: ConsumerEvents) {
    this.handle = handle;
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
    return fromMediasoup(this.handle.rtpParameters);
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

  pause(): Promise<void> {
    return unlessGone(this.handle, () => this.handle.pause());
  }
  resume(): Promise<void> {
    return unlessGone(this.handle, () => this.handle.resume());
  }
  async setPreferredLayers(layers: Layers): Promise<void> {
    if (this.handle.type !== 'simple') await unlessGone(this.handle, () => this.handle.setPreferredLayers(layers));
  }
  setPriority(priority: number): Promise<void> {
    return unlessGone(this.handle, () => this.handle.setPriority(priority));
  }
  async roundTripMs(): Promise<number | undefined> {
    const stats = this.handle.closed ? [] : await this.handle.getStats();
    return stats.find(({ type }) => type === 'outbound-rtp')?.roundTripTime || undefined;
  }
  async requestKeyFrame(): Promise<void> {
    if (this.handle.kind === 'video') await unlessGone(this.handle, () => this.handle.requestKeyFrame());
  }
  close(): void {
    this.handle.close();
  }
}

/**
 * What is gone needs nothing any more: it may go while the request is on its way to the worker, and that is no error.
 */
async function unlessGone(handle: { readonly closed: boolean }, request: () => Promise<void>): Promise<void> {
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

/** Makes a producer on any transport. */
export async function produceOn(transport: types.Transport, o: ProduceOptions): Promise<MediasoupProducer> {
  const handle = await transport.produce({
    id: o.id,
    kind: o.kind,
    rtpParameters: toMediasoup(o.rtpParameters),
    paused: o.paused,
    keyFrameRequestDelay: o.keyFrameRequestDelayMs,
  });
  return new MediasoupProducer(handle, o.onScore);
}

/** Makes a consumer for a client, paused. */
export async function consumeOn(transport: types.Transport, o: ConsumeOptions): Promise<EngineConsumer> {
  const consumer = await transport.consume({
    producerId: o.producerId,
    rtpCapabilities: o.capabilities as types.RtpCapabilities,
    paused: true,
    enableRtx: true, // for audio too: NACK of opus, where the receiver offers it
  });
  return new MediasoupConsumer(consumer, o.events);
}

/** By the worker's own counters. `only`: what counts as received. */
export async function trafficOf(transport: types.Transport, only?: 'rtp of producers'): Promise<Traffic> {
  const [stat] = (await transport.getStats()) as types.WebRtcTransportStat[];
  const receivedBytes = only === undefined ? stat?.bytesReceived : stat?.rtpBytesReceived;
  return { txBps: stat?.sendBitrate ?? 0, rxBps: stat?.recvBitrate ?? 0, receivedBytes: receivedBytes ?? 0 };
}

export async function downlinkOf(transport: types.Transport): Promise<Downlink> {
  const [stat] = (await transport.getStats()) as types.WebRtcTransportStat[];
  return { availableBps: stat?.availableOutgoingBitrate, lossShare: stat?.rtpPacketLossSent ?? 0 };
}
