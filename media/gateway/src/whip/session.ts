// WHIP client in its room: media flow directly to the media node. WHIP cannot inform the client later, so the loss of
// its transport ends the session; the client's ICE then fails, and the client begins anew.
import { type MeridianClientError, SessionClient, type SessionJoined } from '@meridian/client';
import { MeridianError, newId, type Track } from '@meridian/protocol';
import type { SignalingLinks } from '@meridian/room-media';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import {
  answerTo,
  credentialsOf,
  type Description,
  type IceCredentials,
  nodeTransportOf,
  type Offer,
  type OfferedTrack,
  tracksOf,
} from '@meridian/sdp';
import type { ReceivedMedia } from '../live/publications.ts';
import { onOverLimit } from '../room/over-limit.ts';
import type { Caller } from './callers.ts';

/** Time from the request to the first media connection: ICE over a slow path with trickled candidates. */
export const UNCONNECTED_MS = 30_000;
/** Time for a client with broken ICE to restart it: equal to an encoder's absence. */
export const DISCONNECTED_MS = 10_000;

export interface WhipSessionOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly caller: Caller;
  readonly offer: Offer;
  readonly clientIp: string;
  onReceived(media: ReceivedMedia): void;
  onClosed(): void;
}

export class WhipSession {
  readonly #o: WhipSessionOptions;
  readonly #session: SessionClient;
  #joined: SessionJoined | undefined;
  #answer: Description | undefined;
  #ice: IceCredentials | undefined;
  /** ICE ufrag of the last answered offer; an offer with another ufrag restarts ICE. */
  #ufrag: string;
  #isOpen = false;
  #isConnected = false;
  /** Runs while no media can flow. */
  #noMediaTimer: Timer | undefined;
  readonly #codecs = new Map<string, { readonly kind: 'audio' | 'video'; readonly codec: string }>();
  #isClosed = false;

  constructor(o: WhipSessionOptions) {
    this.#o = o;
    this.#ufrag = o.offer.ufrag;
    this.#closeAfter(UNCONNECTED_MS);
    const session = new SessionClient({
      sockets: o.links.sockets({ clientIp: o.clientIp }),
      token: o.caller.token,
      sdk: 'gateway/1',
      sendEndpoint: { kind: 'webrtc', fingerprint: o.offer.fingerprint },
      manualSubscribe: true,
      protocol: o.caller.protocol,
      hasMedia: () => this.#isConnected,
    });
    this.#session = session;
    // This event also precedes a new session.
    session.on('interrupted', (mediaToo) => {
      if (mediaToo) this.close('media lost');
    });
    session.on('transportChanged', (_id, state) => this.#onTransportState(state));
    session.on('renditionRequest', (trackId, mimeType, isWanted) => {
      if (isWanted) this.#refuseRendition(trackId, mimeType);
    });
    session.on('disconnected', (reason, error) => this.close(error?.code ?? reason));
    onOverLimit(session, (code) => this.close(code));
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosed;
  }
  get participant(): string {
    return this.#o.caller.participant;
  }
  get sessionId(): string {
    return demandOpen(this.#joined).sessionId;
  }
  get answer(): Description {
    return demandOpen(this.#answer);
  }
  get ice(): IceCredentials {
    return demandOpen(this.#ice);
  }
  get ufrag(): string {
    return this.#ufrag;
  }

  /**
   * Joins the room and publishes the whole offer. Rejects with errors of `SessionClient.connect` and
   * `SessionClient.publish`, and CONNECTION_CLOSED after `UNCONNECTED_MS`; the session is then over.
   */
  async open(): Promise<void> {
    try {
      await this.#join();
    } catch (error) {
      this.close('not opened');
      throw error;
    }
    this.#isOpen = true;
  }

  /**
   * Returns new ICE credentials of the media node for a client that has new ones. Rejects as `SessionClient.request`
   * does; the session then continues unchanged.
   */
  async restartIce(ufrag: string): Promise<IceCredentials> {
    const transportId = demandOpen(this.#joined?.sendTransport?.id);
    const { iceRestarted } = await this.#session.request({ restartIce: { transportId } });
    this.#ufrag = ufrag;
    this.#ice = credentialsOf(iceRestarted?.iceParameters);
    return this.#ice;
  }

  requestBitrates(): void {
    if (!this.#isConnected || !this.isOpen) return;
    this.#session.trackBitratesBps().then(
      (bps) => this.#o.onReceived(this.#receivedMedia(bps)),
      (error: unknown) => this.#o.log.debug({ err: error }, 'the media node did not report the received bitrates'),
    );
  }

  /** Leaves the room; the media node ends ICE and DTLS. Idempotent. */
  close(cause: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#noMediaTimer?.cancel();
    this.#session.leave();
    this.#o.log.info({ participant: this.participant, cause }, 'a WHIP session is over');
    this.#o.onClosed();
  }

  async #join(): Promise<void> {
    const joined = await this.#session.connect();
    const side = nodeTransportOf(joined.sendTransport);
    this.#joined = joined;
    this.#ice = side.ice;
    this.#answer = answerTo(this.#o.offer, side, this.#o.rng.int(2 ** 32));
    await Promise.all(tracksOf(this.#o.offer).map((track, at, all) => this.#publish(track, isFirst(track, at, all))));
  }

  /** The first track of a kind is camera or microphone, later ones count as screen share. */
  async #publish({ kind, mid, rtp }: OfferedTrack, isFirstOfKind: boolean): Promise<void> {
    const sources =
      kind === 'video' ? (['camera', 'screen_share'] as const) : (['microphone', 'screen_share_audio'] as const);
    const track: Omit<Track, 'nodeId'> = {
      trackId: newId('TR_', (count) => this.#o.rng.bytes(count)),
      kind,
      source: sources[isFirstOfKind ? 0 : 1],
      name: isFirstOfKind ? kind : `${kind} ${mid}`.slice(0, TRACK_NAME_MAX),
      muted: false,
      mimeType: rtp.codecs[0]?.mimeType ?? '',
      layerKind: (rtp.encodings?.length ?? 1) > 1 ? 'simulcast' : 'simple',
      // An offer does not state sizes.
      layers: [],
      width: 0,
      height: 0,
    };
    await this.#session.publish(track, rtp);
    this.#codecs.set(track.trackId, { kind, codec: track.mimeType.replace(/^.*\//, '').toLowerCase() });
  }

  /** Sums the tracks of each kind; sizes and frame rates are unknown here. */
  #receivedMedia(bps: ReadonlyMap<string, number>): ReceivedMedia {
    const of = (kind: 'audio' | 'video') => {
      const tracks = [...this.#codecs].filter(([trackId, track]) => track.kind === kind && bps.has(trackId));
      const sum = tracks.reduce((total, [trackId]) => total + (bps.get(trackId) ?? 0), 0);
      const codec = tracks[0]?.[1].codec;
      return codec === undefined ? undefined : { codec, bitrateKbps: Math.round(sum / 1000) };
    };
    const [video, audio] = [of('video'), of('audio')];
    return { ...(video && { video }), ...(audio && { audio }) };
  }

  #onTransportState(state: string): void {
    this.#isConnected = state === 'connected';
    if (state === 'connected') {
      this.#noMediaTimer?.cancel();
      this.#noMediaTimer = undefined;
    } else if (state === 'disconnected') this.#closeAfter(DISCONNECTED_MS);
  }

  #closeAfter(ms: number): void {
    this.#noMediaTimer?.cancel();
    if (!this.#isClosed) this.#noMediaTimer = this.#o.clock.after(ms, () => this.close('no media'));
  }

  /** The client sends only the negotiated codec, so there is no rendition. */
  #refuseRendition(trackId: string, mimeType: string): void {
    this.#session.refuseRendition(trackId, mimeType, 'CODEC_UNSUPPORTED').catch((error: MeridianClientError) => {
      if (!this.#isClosed) this.#o.log.info({ trackId, code: error.code }, 'a rendition could not be refused');
    });
  }
}

/** A mid may exceed the bound of a name. */
const TRACK_NAME_MAX = 32;

const isFirst = (track: OfferedTrack, at: number, all: readonly OfferedTrack[]): boolean =>
  all.findIndex(({ kind }) => kind === track.kind) === at;

/** Sessions are not given out before they are open, so a value is present. */
function demandOpen<T>(value: T | null | undefined): T {
  if (value == null) throw new MeridianError('OUT_OF_ORDER', 'the WHIP session is not open');
  return value;
}
