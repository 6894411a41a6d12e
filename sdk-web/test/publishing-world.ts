// A page with a real LocalParticipant, LocalTracks and Publishing, and a fake browser and service in which every wait
// is queued and released by a seeded random source. There is no real time. The fake service behaves as
// signaling/src/clients/requests.ts: requests of a socket are done in their order, messages come in their order, a
// track id is published once, renditions are muted and ended with their track, and a rejoin drops the session's tracks.
import { type Body, MeridianClientError, type ServerFrame } from '@meridian/client';
import type { Participant as ParticipantRow, wire } from '@meridian/protocol';
import { vi } from 'vitest';
import { Publishing } from '../src/media/publishing.ts';
import type { MediaSession } from '../src/media/session.ts';
import { LocalParticipant, type LocalPort } from '../src/participants/local-participant.ts';
import type { LocalTrackPublication } from '../src/tracks/local-publication.ts';
import { LocalTrack } from '../src/tracks/local-track.ts';
import { FakeTrack } from './fake-tracks.ts';

export type Random = () => number;
/** The generator mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export interface Faults {
  /** Number of failures that may still happen, and their probability at every wait. */
  left: number;
  readonly probability: number;
}
export interface ServiceTrack {
  readonly trackId: string;
  readonly kind: string;
  readonly mimeType: string;
  readonly derivedFrom: string;
  muted: boolean;
  moveId: string;
}
interface Request {
  readonly body: Body;
  readonly answer: PromiseWithResolvers<ServerFrame> | undefined;
}
type Message = () => void;
type ServiceFault = 'REQUEST_TIMEOUT' | 'NODE_UNREACHABLE' | 'TRACK_LIMIT';

export class FakeProducer {
  readonly kind: string;
  readonly world: World;
  track: MediaStreamTrack | null;
  closed = false;
  constructor(world: World, track: MediaStreamTrack) {
    this.world = world;
    this.track = track;
    this.kind = track.kind;
  }
  async replaceTrack({ track }: { track: MediaStreamTrack | null }): Promise<void> {
    if (this.closed) throw new Error('closed');
    if (track?.readyState === 'ended') throw new Error('track ended');
    if (track === this.track) return;
    await this.world.wait('replaceTrack');
    if (this.closed) throw new Error('closed');
    this.track = track;
  }
  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as unknown as RTCStatsReport);
  }
  close(): void {
    this.closed = true;
  }
}

export class FakeMedia {
  closed = false;
  readonly producers: FakeProducer[] = [];
  readonly preparation = {
    browser: 'chromium',
    sendable: ['vp9', 'vp8', 'h264'],
    device: { sendRtpCapabilities: { codecs: [] } },
  };
  readonly send: { produce(options: ProduceOptions): Promise<FakeProducer> };
  constructor(world: World) {
    this.send = {
      produce: async ({ track, appData }) => {
        if (this.closed) throw new Error('closed');
        if (track.readyState === 'ended') throw new Error('track ended');
        await world.wait('offer');
        if (this.closed) throw new Error('closed');
        appData.announce({ codecs: [], headerExtensions: [], encodings: [], rtcp: {} });
        await world.wait('answer');
        if (this.closed) throw new Error('closed');
        const producer = new FakeProducer(world, track);
        this.producers.push(producer);
        return producer;
      },
    };
  }
  close(): void {
    this.closed = true;
    for (const producer of this.producers) producer.close();
  }
  get asSession(): MediaSession {
    return this as unknown as MediaSession;
  }
}
interface ProduceOptions {
  readonly track: MediaStreamTrack;
  readonly appData: { announce(rtp: unknown): void };
}

/** The world of the browser's globals: the last one made. */
let presentWorld: World | undefined;

/** Sets the globals of a browser. The caller ends them with `vi.unstubAllGlobals`. */
export function stubBrowser(): void {
  const getUserMedia = (constraints: MediaStreamConstraints): Promise<MediaStream> =>
    presentWorld === undefined ? Promise.reject(new Error('no world')) : presentWorld.openDevices(constraints);
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  const placeholder = { getContext: () => null, captureStream: () => ({ getVideoTracks: () => [new FakeTrack('–')] }) };
  vi.stubGlobal('document', { createElement: () => placeholder });
  vi.stubGlobal('reportError', (error: unknown) => void presentWorld?.reports.push(error));
}

export class World {
  readonly random: Random;
  readonly faults: Faults;
  readonly log: string[] = [];
  readonly publishing: Publishing;
  readonly local: LocalParticipant;
  /** Tracks that the service has, by id. */
  readonly service = new Map<string, ServiceTrack>();
  readonly events: { readonly type: 'published' | 'unpublished' | 'failed'; readonly track: LocalTrack }[] = [];
  readonly reports: unknown[] = [];
  /** Names of the requests that the service has done or refused. */
  readonly served: string[] = [];
  /** Mutes with which tracks were announced. */
  readonly announcedMutes: boolean[] = [];
  /** Wait or request that fails next, and the code of a request. */
  failNext: string | undefined;
  failTimes = 1;
  failNextCode: ServiceFault = 'NODE_UNREACHABLE';
  onUnpublished: () => void = () => undefined;
  readonly opened: FakeTrack[] = [];
  readonly medias: FakeMedia[] = [];
  /** Renditions that the service wants, by the id of their original. */
  readonly wantedRenditions = new Map<string, boolean>();
  onFailed: (track: LocalTrack, code: string) => void = () => undefined;
  #waits: { readonly name: string; readonly go: () => void }[] = [];
  #upstream: Request[] = [];
  #downstream: Message[] = [];
  /** Requests without an answer: a lost connection rejects them. */
  readonly #pending = new Set<PromiseWithResolvers<ServerFrame>>();
  /** Mutes of our own tracks as our roster has them. */
  readonly #roster = new Map<string, boolean>();
  #isConnected = false;
  #media: FakeMedia | undefined;
  #ready = Promise.withResolvers<MediaSession>();
  #isReady = false;
  #move: { readonly moveId: string; readonly media: FakeMedia } | undefined;
  #count = 0;

  constructor(seed: number, faults: Faults = { left: 0, probability: 0 }) {
    presentWorld = this;
    this.random = randomOf(seed);
    this.faults = faults;
    this.publishing = new Publishing({
      media: () => this.#ready.promise,
      request: (body) => this.#request(body),
      post: (body) => {
        if (this.#isConnected) this.#upstream.push({ body, answer: undefined });
        return this.#isConnected;
      },
      after: (_delayMs, go) => void this.#waits.push({ name: 'timer', go }),
      published: (publication) => {
        this.local.addPublication(publication);
        this.events.push({ type: 'published', track: publication.track });
      },
      unpublished: (publication) => {
        this.local.removePublication(publication.trackId);
        this.events.push({ type: 'unpublished', track: publication.track });
        this.onUnpublished();
      },
      failed: (track, { code }) => {
        this.events.push({ type: 'failed', track });
        this.onFailed(track, code);
      },
    });
    const port = {
      publish: async (track: LocalTrack, options: object): Promise<LocalTrackPublication> =>
        await this.publishing.publish(track, options),
      unpublish: async (track: LocalTrack): Promise<void> => await this.publishing.unpublish(track),
      findTrack: (of: MediaStreamTrack) => this.publishing.find(of),
      deviceFailed: () => undefined,
    };
    this.local = new LocalParticipant({
      row: { identity: 'me', attributes: {} } as unknown as ParticipantRow,
      port: port as unknown as LocalPort,
      options: {},
    });
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }
  get isMoving(): boolean {
    return this.#move !== undefined;
  }
  /** Whether anything can still happen by itself. */
  get isBusy(): boolean {
    return this.#waits.length + this.#upstream.length + this.#downstream.length > 0;
  }

  /** Waits until the random source releases it; rejects by a fault. */
  async wait(name: string): Promise<void> {
    const released = Promise.withResolvers<void>();
    this.#waits.push({ name, go: released.resolve });
    await released.promise;
    if (this.#hasFault(name)) {
      this.log.push(`${name} fails`);
      throw new Error(`${name} fails`);
    }
  }

  /** A device, or a track that the page brought along. */
  newTrack(kind: 'audio' | 'video', isDevice: boolean): LocalTrack {
    const media = this.#newFakeTrack(kind);
    const source = kind === 'audio' ? 'microphone' : 'camera';
    const reopen = async (): Promise<MediaStreamTrack> => {
      await this.wait('reopen');
      return this.#newFakeTrack(kind).asTrack;
    };
    return new LocalTrack({
      mediaStreamTrack: media.asTrack,
      source: isDevice ? source : 'unknown',
      ...(isDevice && { reopen }),
    });
  }

  /** `getUserMedia` of this page. */
  async openDevices({ audio, video }: MediaStreamConstraints): Promise<MediaStream> {
    try {
      await this.wait('getUserMedia');
    } catch {
      throw new DOMException('in use', 'NotReadableError');
    }
    const tracks = [...(audio ? ['audio' as const] : []), ...(video ? ['video' as const] : [])].map((kind) =>
      this.#newFakeTrack(kind),
    );
    const of = (kind: string): FakeTrack[] => tracks.filter((one) => one.kind === kind);
    const stream = { getTracks: () => tracks, getAudioTracks: () => of('audio'), getVideoTracks: () => of('video') };
    return stream as unknown as MediaStream;
  }

  /** Lets one thing happen: a wait ends, the service does a request, or a message arrives. */
  async step(): Promise<void> {
    const choices: (() => void)[] = this.#waits.map((wait) => () => {
      this.#waits = this.#waits.filter((one) => one !== wait);
      wait.go();
    });
    if (this.#upstream.length > 0) choices.push(() => this.#serve());
    if (this.#downstream.length > 0) choices.push(() => this.#downstream.shift()?.());
    choices[Math.floor(this.random() * choices.length)]?.();
    await settled();
  }

  /** Lets all happen that can. Faults end. */
  async quiet(): Promise<void> {
    this.faults.left = 0;
    await settled();
    for (let steps = 0; this.isBusy; steps += 1) {
      if (steps > 3000) throw new Error('it never becomes quiet');
      await this.step();
    }
  }

  /** Joins a new session; the tracks of the last one are gone. */
  async join(): Promise<void> {
    this.log.push('rejoin');
    this.#loseSocket();
    this.service.clear();
    this.#roster.clear();
    this.wantedRenditions.clear();
    const isReadyReset = this.random() < 0.5; // the connection may have been lost before, or end with the session
    if (isReadyReset) this.#resetReady();
    if (this.#media !== undefined) this.publishing.mediaGone();
    this.#endMove(false);
    this.#media?.close();
    this.#media = undefined;
    this.#resetReady();
    await settled();
    this.#media = this.#newMedia();
    this.#isConnected = true;
    this.#resolveReady();
    this.publishing.publishMissing();
    await settled();
  }

  async loseSocket(): Promise<void> {
    this.log.push('socket lost');
    this.#loseSocket();
    this.#resetReady();
    await settled();
  }

  /** Resumes the session over another socket, or joins the first one. */
  async resume(): Promise<void> {
    if (this.#media === undefined) return await this.join();
    this.log.push('resume');
    this.#isConnected = true;
    this.#endMove(false);
    const present = new Map([...this.service.values()].filter(isOriginal).map((one) => [one.trackId, one.muted]));
    const before = new Map(this.#roster);
    this.#roster.clear();
    for (const [trackId, muted] of present) this.#roster.set(trackId, muted);
    for (const [trackId, wasMuted] of before) {
      const muted = present.get(trackId);
      if (muted === undefined) this.#removed(trackId);
      else if (muted !== wasMuted) this.publishing.observeMuted(trackId, muted);
    }
    this.publishing.resync();
    // Does what `WantedRenditions.repeatRequests` does; a rendition without a need is asked to stop.
    for (const [trackId, isWanted] of this.wantedRenditions) if (isWanted) this.#sendRenditionRequest(trackId, true);
    for (const { derivedFrom } of this.service.values())
      if (derivedFrom !== '' && !this.wantedRenditions.get(derivedFrom)) this.#sendRenditionRequest(derivedFrom, false);
    await settled();
    this.#resolveReady();
    this.publishing.publishMissing();
    await settled();
  }

  async beginMove(isMade = this.random() < 0.7): Promise<void> {
    if (this.#move !== undefined || !this.#isReady) return;
    this.log.push('move begins');
    this.#count += 1;
    const move = { moveId: `M${this.#count}`, media: this.#newMedia() };
    this.#move = move;
    this.#resetReady();
    this.publishing.moveTo(move.media.asSession, move.moveId).then(
      async () => {
        // The service hears it after all earlier requests, and decides.
        const heard = this.#request({ moveReady: { moveId: move.moveId, ok: true, code: '' } });
        await heard.catch(() => undefined);
        if (this.#move === move) this.#endMove(isMade && this.#isConnected);
      },
      () => {
        if (this.#move === move) this.#endMove(false);
      },
    );
    await settled();
  }

  /** A host mutes a track. */
  muteByService(trackId: string): void {
    this.#setMuted(trackId, true);
  }

  /** An administrator removes a track. */
  removeByService(trackId: string): void {
    this.#unpublish(trackId);
  }

  wantRendition(trackId: string, isWanted: boolean): void {
    if (!this.service.has(trackId)) return;
    this.log.push(`rendition ${isWanted ? 'wanted' : 'unwanted'}`);
    this.wantedRenditions.set(trackId, isWanted);
    this.#sendRenditionRequest(trackId, isWanted);
  }

  #sendRenditionRequest(trackId: string, isWanted: boolean): void {
    this.#downstream.push(() => {
      this.publishing.renditionRequest(trackId, 'video/H264', isWanted).catch((error) => this.reports.push(error));
    });
  }

  /** Tracks of the page that were taken out of the room by the service. */
  onRemovedByService: (trackId: string, remove: () => void) => void = (_trackId, remove) => remove();

  #removed(trackId: string): void {
    this.onRemovedByService(trackId, () => this.publishing.onRemoved(trackId, ''));
  }

  #newFakeTrack(kind: 'audio' | 'video'): FakeTrack {
    this.#count += 1;
    const track = new FakeTrack(`${kind}${this.#count}`, kind);
    this.opened.push(track);
    return track;
  }

  #newMedia(): FakeMedia {
    const media = new FakeMedia(this);
    this.medias.push(media);
    return media;
  }

  #hasFault(name: string): boolean {
    if (name === this.failNext) {
      this.failTimes -= 1;
      if (this.failTimes <= 0) this.failNext = undefined;
      return true;
    }
    if (this.faults.left === 0 || this.random() >= this.faults.probability) return false;
    this.faults.left -= 1;
    return true;
  }

  #resetReady(): void {
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#ready = Promise.withResolvers();
  }

  #resolveReady(): void {
    if (this.#media === undefined || !this.#isConnected || this.#move !== undefined) return;
    this.#isReady = true;
    this.#ready.resolve(this.#media.asSession);
  }

  #loseSocket(): void {
    this.#isConnected = false;
    // Some of the requests under way are done, though their answers are lost.
    const arrived = Math.floor(this.random() * (this.#upstream.length + 1));
    for (let index = 0; index < arrived; index += 1) this.#serve();
    this.#upstream = [];
    this.#downstream = [];
    for (const { reject } of this.#pending) reject(new MeridianClientError('SOCKET_LOST'));
    this.#pending.clear();
  }

  #endMove(made: boolean): void {
    const move = this.#move;
    if (move === undefined) return;
    this.log.push(made ? 'move made' : 'move given up');
    this.#move = undefined;
    this.publishing.settleMove(made);
    if (made) {
      const oldMedia = this.#media;
      this.#media = move.media;
      this.#waits.push({ name: 'old node leaves', go: () => oldMedia?.close() });
      for (const one of [...this.service.values()]) if (one.moveId !== move.moveId) this.#unpublish(one.trackId);
    } else move.media.close();
    this.#resolveReady();
  }

  #request(body: Body): Promise<ServerFrame> {
    if (!this.#isConnected) return Promise.reject(new MeridianClientError('NOT_CONNECTED'));
    const answer = Promise.withResolvers<ServerFrame>();
    this.#pending.add(answer);
    this.#upstream.push({ body, answer });
    return answer.promise;
  }

  #serve(): void {
    const request = this.#upstream.shift();
    if (request === undefined) return;
    const { body, answer } = request;
    this.served.push(Object.keys(body)[0] ?? '');
    const fault = answer === undefined || body.moveReady != null ? undefined : this.#faultOf(body);
    const code = fault === undefined || fault === 'REQUEST_TIMEOUT' ? this.#do(body) : fault;
    const failure = fault ?? code;
    this.#downstream.push(() => {
      if (answer === undefined || !this.#pending.delete(answer)) return;
      if (failure === undefined) answer.resolve({} as ServerFrame);
      else answer.reject(new MeridianClientError(failure));
    });
  }

  /** `REQUEST_TIMEOUT`: the request is done, but its answer is lost. */
  #faultOf(body: Body): ServiceFault | undefined {
    const name = Object.keys(body)[0] ?? '';
    const isRequested = name === this.failNext;
    if (!this.#hasFault(name)) return undefined;
    if (isRequested) return this.failNextCode;
    const fault = this.random() < 0.4 ? 'REQUEST_TIMEOUT' : body.publish == null ? 'NODE_UNREACHABLE' : 'TRACK_LIMIT';
    this.log.push(`${name} fails: ${fault}`);
    return fault;
  }

  /** Does a request. Returns the code of a refusal. */
  #do(body: Body): 'TRACK_UNKNOWN' | 'TRACK_EXISTS' | 'OUT_OF_ORDER' | undefined {
    if (body.publish != null) return this.#publish(body.publish);
    if (body.setTrackMuted != null) {
      const { trackId = '', muted } = body.setTrackMuted;
      if (!this.service.has(trackId ?? '')) return 'TRACK_UNKNOWN';
      this.#setMuted(trackId ?? '', muted === true);
    }
    if (body.unpublish != null) {
      const { trackId } = body.unpublish;
      if (!this.service.has(trackId ?? '')) return 'TRACK_UNKNOWN';
      this.#unpublish(trackId ?? '');
    }
    if (body.renditionRefused != null) this.wantedRenditions.delete(body.renditionRefused.trackId ?? '');
    return undefined;
  }

  #publish({ track, moveId }: wire.Publish.$Properties): 'TRACK_UNKNOWN' | 'TRACK_EXISTS' | 'OUT_OF_ORDER' | undefined {
    const { kind, mimeType, derivedFrom, muted } = track ?? {};
    const trackId = track?.trackId ?? '';
    const known = this.service.get(trackId);
    if (moveId) {
      if (this.#move?.moveId !== moveId) return 'OUT_OF_ORDER';
      if (known === undefined) return 'TRACK_UNKNOWN';
      known.moveId = moveId;
      return undefined;
    }
    if (known !== undefined) return 'TRACK_EXISTS';
    const original = derivedFrom ? this.service.get(derivedFrom) : undefined;
    if (derivedFrom && original === undefined) return 'TRACK_UNKNOWN';
    if (derivedFrom && [...this.service.values()].some((one) => one.derivedFrom === derivedFrom)) return 'TRACK_EXISTS';
    const made: ServiceTrack = {
      trackId,
      kind: String(kind),
      mimeType: mimeType ?? '',
      derivedFrom: derivedFrom ?? '',
      muted: original?.muted ?? muted === true,
      moveId: '',
    };
    this.service.set(trackId, made);
    this.announcedMutes.push(muted === true);
    // Does what `WantedRenditions` does: a rendition without a need is asked to stop.
    if (derivedFrom && this.wantedRenditions.get(derivedFrom) !== true) this.#sendRenditionRequest(derivedFrom, false);
    const announcedMuted = made.muted;
    if (isOriginal(made)) this.#downstream.push(() => void this.#roster.set(trackId, announcedMuted));
    return undefined;
  }

  #setMuted(trackId: string, muted: boolean): void {
    const track = this.service.get(trackId);
    if (track === undefined || track.muted === muted) return;
    for (const one of this.service.values()) if (one === track || one.derivedFrom === trackId) one.muted = muted;
    if (!isOriginal(track)) return;
    this.#downstream.push(() => {
      this.#roster.set(trackId, muted);
      this.publishing.observeMuted(trackId, muted);
    });
  }

  #unpublish(trackId: string): void {
    const track = this.service.get(trackId);
    if (track === undefined) return;
    for (const one of [...this.service.values()])
      if (one === track || one.derivedFrom === trackId) this.service.delete(one.trackId);
    this.wantedRenditions.delete(trackId);
    if (!isOriginal(track)) return;
    this.#downstream.push(() => {
      if (this.#roster.delete(trackId)) this.#removed(trackId);
    });
  }
}

const isOriginal = ({ derivedFrom }: ServiceTrack): boolean => derivedFrom === '';

/** Returns what is wrong in a quiet, connected world: the service, the producers and the page must agree. */
export function disagreements(world: World, tracks: readonly LocalTrack[]): string[] {
  const wrong: string[] = [];
  const expected = new Map<string, LocalTrack>();
  for (const track of tracks) {
    const found = world.publishing.find(track);
    if ((found !== undefined) !== track.isBound) wrong.push('a track is bound to nothing');
    const types = world.events.filter((one) => one.track === track && one.type !== 'failed').map(({ type }) => type);
    if (types.some((type, index) => type !== (index % 2 === 0 ? 'published' : 'unpublished')))
      wrong.push(`events ${types.join(' ')}`);
    if (found === undefined) {
      if (types.at(-1) === 'published') wrong.push('the last event of an unpublished track is published');
      continue;
    }
    if (types.at(-1) !== 'published') wrong.push('the last event of a published track is not published');
    const publication = [...world.local.trackPublications.values()].find((one) => one.track === track);
    if (publication === undefined) {
      wrong.push('a published track has no publication');
      continue;
    }
    expected.set(publication.trackId, track);
    const atService = world.service.get(publication.trackId);
    if (atService === undefined) wrong.push('the service lacks a published track');
    else if (atService.muted !== track.isMuted)
      wrong.push(`the service has a track ${atService.muted ? 'muted' : 'unmuted'} that is not`);
  }
  if (world.local.trackPublications.size !== expected.size) wrong.push('there is a publication without a track');
  for (const one of world.service.values()) {
    if (one.derivedFrom === '' && !expected.has(one.trackId))
      wrong.push('the service has a track that is not published');
    if (one.derivedFrom !== '' && world.wantedRenditions.get(one.derivedFrom) !== true)
      wrong.push('the service has a rendition that it does not want');
    if (one.derivedFrom !== '' && one.muted !== world.service.get(one.derivedFrom)?.muted)
      wrong.push('a rendition is not muted with its track');
  }
  const open = world.medias.flatMap(({ producers }) => producers).filter(({ closed }) => !closed);
  if (open.length !== world.service.size) wrong.push(`${open.length} producers for ${world.service.size} tracks`);
  const outgoing = [...world.service.values()].map((one) => {
    const track = expected.get(one.derivedFrom || one.trackId);
    return track?.outgoing ?? null;
  });
  const labelsOf = (list: readonly (MediaStreamTrack | null)[]): string =>
    list
      .map((one) => one?.label ?? '–')
      .sort()
      .join();
  const carried = open.map(({ track }) => track);
  if (labelsOf(carried) !== labelsOf(outgoing))
    wrong.push(`sent ${labelsOf(carried)} instead of ${labelsOf(outgoing)}`);
  if (world.reports.length > 0) wrong.push(`reported: ${String(world.reports[0])}`);
  return wrong;
}
