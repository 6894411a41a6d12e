// One WHIP client in its room. Its media go straight to the media node; the gateway has the session, and nothing of the
// media. There is no way to tell the client anything later, so whatever its one transport does not survive ends the
// session: then its ICE fails, and it begins anew.
import { type MeridianClientError, SessionClient, type SessionJoined } from '@meridian/client';
import { MeridianError, newId, type Track } from '@meridian/protocol';
import type { SignalingLinks } from '@meridian/room-media';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import {
  answerTo,
  credentialsOf,
  type Description,
  type IceCredentials,
  type Offer,
  type OfferedTrack,
  sideOf,
  tracksOf,
} from '@meridian/sdp';
import type { ReceivedMedia } from '../live/publications.ts';
import { onOverLimit } from '../room/over-limit.ts';
import type { Caller } from './callers.ts';

/** From the request to the first media connection: ICE over a slow path with trickled candidates. */
export const UNCONNECTED_MS = 30_000;
/** How long a client whose ICE has broken may restart it: as long as an encoder may be away. */
export const DISCONNECTED_MS = 10_000;

export interface WhipSessionOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly caller: Caller;
  readonly offer: Offer;
  readonly clientIp: string;
  /** What the media node receives, as it answers `askReceived`. */
  onReceived(media: ReceivedMedia): void;
  /** The session is over, for whatever reason. */
  onClosed(): void;
}

export class WhipSession {
  readonly #o: WhipSessionOptions;
  readonly #session: SessionClient;
  #joined: SessionJoined | undefined;
  #answer: Description | undefined;
  #ice: IceCredentials | undefined;
  /** The client's side of ICE. */
  #ufrag: string;
  #isOpen = false;
  #isConnected = false;
  /** Runs while no media can flow. */
  #patience: Timer | undefined;
  /** What is published, by track id. */
  readonly #codecs = new Map<string, { readonly kind: 'audio' | 'video'; readonly codec: string }>();
  #isClosed = false;

  constructor(o: WhipSessionOptions) {
    this.#o = o;
    this.#ufrag = o.offer.ufrag;
    this.#wait(UNCONNECTED_MS);
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
    // Comes before a new session stands in, too.
    session.on('interrupted', (mediaToo) => {
      if (mediaToo) this.close('media lost');
    });
    session.on('transportChanged', (_id, state) => this.#transport(state));
    session.on('renditionWanted', (trackId, mimeType, isWanted) => {
      if (isWanted) this.#refuseRendition(trackId, mimeType);
    });
    session.on('disconnected', (reason, error) => this.close(error?.code ?? reason));
    onOverLimit(session, (code) => this.close(code));
  }

  /** It can be spoken to: opened, and not over. */
  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosed;
  }
  /** The publisher. */
  get participant(): string {
    return this.#o.caller.participant;
  }
  /** Of its session in the room. */
  get sessionId(): string {
    return present(this.#joined).sessionId;
  }
  /** Our answer to the offer. */
  get answer(): Description {
    return present(this.#answer);
  }
  /** The media node's side of ICE: other credentials with every restart. */
  get ice(): IceCredentials {
    return present(this.#ice);
  }
  /** The client's ICE user name. */
  get ufrag(): string {
    return this.#ufrag;
  }

  /**
   * Joins the room and publishes all that is offered. Rejects with what prevents it (`SessionClient.connect`,
   * `SessionClient.publish`), and CONNECTION_CLOSED when it takes longer than `UNCONNECTED_MS`; it is over then.
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
   * New ICE credentials of the media node, for a client that has chosen new ones itself. Rejects as
   * `SessionClient.request`; the session goes on as it was.
   */
  async restartIce(ufrag: string): Promise<IceCredentials> {
    const transportId = present(this.#joined?.sendTransport?.id);
    const { iceRestarted } = await this.#session.request({ restartIce: { transportId } });
    this.#ufrag = ufrag;
    this.#ice = credentialsOf(iceRestarted?.iceParameters);
    return this.#ice;
  }

  /** Asks the media node what it receives, while media can flow. */
  askReceived(): void {
    if (!this.#isConnected || !this.isOpen) return;
    this.#session.trackBitratesBps().then(
      (bps) => this.#o.onReceived(this.#received(bps)),
      (error: unknown) => this.#o.log.debug({ err: error }, 'the media node did not say what it receives'),
    );
  }

  /** Leaves the room; the media node ends ICE and DTLS. Idempotent. */
  close(cause: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#patience?.cancel();
    this.#session.leave();
    this.#o.log.info({ participant: this.participant, cause }, 'a WHIP session is over');
    this.#o.onClosed();
  }

  async #join(): Promise<void> {
    const joined = await this.#session.connect();
    const side = sideOf(joined.sendTransport);
    this.#joined = joined;
    this.#ice = side.ice;
    this.#answer = answerTo(this.#o.offer, side, this.#o.rng.int(2 ** 32));
    await Promise.all(tracksOf(this.#o.offer).map((track, at, all) => this.#publish(track, isFirst(track, at, all))));
  }

  /** The first of a kind is the camera or the microphone, others are taken for what is shown. */
  async #publish({ kind, mid, rtp, rids }: OfferedTrack, isFirstOfKind: boolean): Promise<void> {
    const sources =
      kind === 'video' ? (['camera', 'screen_share'] as const) : (['microphone', 'screen_share_audio'] as const);
    const track: Omit<Track, 'nodeId'> = {
      trackId: newId('TR_', (count) => this.#o.rng.bytes(count)),
      kind,
      source: sources[isFirstOfKind ? 0 : 1],
      name: isFirstOfKind ? kind : `${kind} ${mid}`.slice(0, TRACK_NAME_MAX),
      muted: false,
      mimeType: rtp.codecs[0]?.mimeType ?? '',
      layerKind: rids.length > 1 ? 'simulcast' : 'simple',
      // An offer says nothing of sizes.
      layers: [],
      width: 0,
      height: 0,
    };
    await this.#session.publish(track, rtp);
    this.#codecs.set(track.trackId, { kind, codec: track.mimeType.replace(/^.*\//, '').toLowerCase() });
  }

  /** All of a kind together; the gateway does not know sizes and pictures a second. */
  #received(bps: ReadonlyMap<string, number>): ReceivedMedia {
    const of = (kind: 'audio' | 'video') => {
      const tracks = [...this.#codecs].filter(([trackId, track]) => track.kind === kind && bps.has(trackId));
      const sum = tracks.reduce((total, [trackId]) => total + (bps.get(trackId) ?? 0), 0);
      const codec = tracks[0]?.[1].codec;
      return codec === undefined ? undefined : { codec, bitrateKbps: Math.round(sum / 1000) };
    };
    const [video, audio] = [of('video'), of('audio')];
    return { ...(video && { video }), ...(audio && { audio }) };
  }

  #transport(state: string): void {
    this.#isConnected = state === 'connected';
    if (state === 'connected') {
      this.#patience?.cancel();
      this.#patience = undefined;
    } else if (state === 'disconnected') this.#wait(DISCONNECTED_MS);
  }

  #wait(ms: number): void {
    this.#patience?.cancel();
    if (!this.#isClosed) this.#patience = this.#o.clock.after(ms, () => this.close('no media'));
  }

  /** The client sends in the one codec that was agreed. */
  #refuseRendition(trackId: string, mimeType: string): void {
    this.#session.refuseRendition(trackId, mimeType, 'CODEC_UNSUPPORTED').catch((error: MeridianClientError) => {
      if (!this.#isClosed) this.#o.log.info({ trackId, code: error.code }, 'a rendition could not be refused');
    });
  }
}

/** A mid may be longer than a name may be. */
const TRACK_NAME_MAX = 32;

const isFirst = (track: OfferedTrack, at: number, all: readonly OfferedTrack[]): boolean =>
  all.findIndex(({ kind }) => kind === track.kind) === at;

/** The session is not given out before it is open. */
function present<T>(value: T | null | undefined): T {
  if (value == null) throw new MeridianError('OUT_OF_ORDER', 'the WHIP session is not open');
  return value;
}
