// Our own participant: devices, publishing, messages. The port sends; this file decides which device serves a source.

import { MeridianClientError } from '@meridian/client';
import type { Participant as Row } from '@meridian/protocol';
import { areAttributes, attributesWith, characterCount, cleanDisplayName, limits } from '@meridian/protocol';
import type { PerformRpcParams } from '../rpc.ts';
import { createLocalAudioTrack, createLocalScreenTracks, createLocalVideoTrack } from '../tracks/capture.ts';
import type { LocalTrackPublication, PublishedTrack } from '../tracks/local-publication.ts';
import { LocalTrack } from '../tracks/local-track.ts';
import type {
  AudioCaptureOptions,
  ChatMessage,
  DataPublishOptions,
  ParticipantTrackPermission,
  RoomOptions,
  ScreenShareCaptureOptions,
  TrackPublishOptions,
  TrackSource,
  VideoCaptureOptions,
} from '../types.ts';
import { Participant } from './participant.ts';

interface SelfChange {
  readonly name?: string;
  readonly metadata?: string;
  readonly attributes?: Record<string, string>;
}
export interface LocalPort {
  publish(track: LocalTrack, options: TrackPublishOptions): Promise<LocalTrackPublication>;
  unpublish(track: LocalTrack): Promise<void>;
  /** Returns the track that is published, or is being published, with this MediaStreamTrack or from this source. */
  findTrack(of: MediaStreamTrack | LocalTrack | TrackSource): PublishedTrack | undefined;
  sendData(payload: Uint8Array, options: DataPublishOptions): Promise<void>;
  performRpc(call: PerformRpcParams): Promise<string>;
  sendChat(text: string): Promise<ChatMessage>;
  updateSelf(change: SelfChange): Promise<void>;
  /** Sets who may subscribe to our tracks; undefined: all participants. */
  setSubscribers(
    allowed: readonly { readonly identity: string; readonly sources: readonly TrackSource[] }[] | undefined,
  ): Promise<void>;
  deviceFailed(error: MeridianClientError, kind: MediaDeviceKind): void;
}
type OpenTracks = () => Promise<LocalTrack[]>;
/** A change of a source that has begun: the publication comes when the service has accepted the track. */
interface Changed {
  readonly publication: Promise<LocalTrackPublication | undefined> | undefined;
}

const encoder = new TextEncoder();

export class LocalParticipant extends Participant {
  readonly #port: LocalPort;
  readonly #options: RoomOptions;
  readonly #publications = new Map<string, LocalTrackPublication>();
  readonly #lastChanges = new Map<TrackSource, Promise<unknown>>();
  #videoDefaults: VideoCaptureOptions;
  #audioDefaults: AudioCaptureOptions;

  /** @internal */
  constructor(o: { row: Row; port: LocalPort; options: RoomOptions }) {
    super(o.row);
    this.#port = o.port;
    this.#options = o.options;
    this.#videoDefaults = o.options.videoCaptureDefaults ?? {};
    this.#audioDefaults = o.options.audioCaptureDefaults ?? {};
  }

  override get isLocal(): true {
    return true;
  }
  override get trackPublications(): ReadonlyMap<string, LocalTrackPublication> {
    return this.#publications;
  }
  override getTrackPublication(source: TrackSource): LocalTrackPublication | undefined {
    return super.getTrackPublication(source) as LocalTrackPublication | undefined;
  }

  /**
   * Opens and publishes the camera, or mutes and releases it. Resolves with the publication; undefined when there is
   * none. Rejects with DEVICE_*, and like publishTrack.
   */
  setCameraEnabled(
    enabled: boolean,
    capture?: VideoCaptureOptions,
    publish?: TrackPublishOptions,
  ): Promise<LocalTrackPublication | undefined> {
    return this.#setEnabled('camera', 'videoinput', enabled, publish, async () => [
      await createLocalVideoTrack({ ...this.#videoDefaults, ...capture }),
    ]);
  }

  /** See setCameraEnabled. A muted microphone stays open, so that unmuting is immediate. */
  setMicrophoneEnabled(
    enabled: boolean,
    capture?: AudioCaptureOptions,
    publish?: TrackPublishOptions,
  ): Promise<LocalTrackPublication | undefined> {
    return this.#setEnabled('microphone', 'audioinput', enabled, publish, async () => [
      await createLocalAudioTrack({ ...this.#audioDefaults, ...capture }),
    ]);
  }

  /** Asks the user for a screen and publishes it, or stops it. Rejects with DEVICE_DENIED when the user declines. */
  setScreenShareEnabled(
    enabled: boolean,
    capture?: ScreenShareCaptureOptions,
    publish?: TrackPublishOptions,
  ): Promise<LocalTrackPublication | undefined> {
    return this.#setEnabled('screen_share', 'videoinput', enabled, publish, () => createLocalScreenTracks(capture));
  }

  /**
   * Publishes a track; resolves when the service has accepted it. Media flows earlier. While the room is connecting or
   * reconnecting the call waits. The track may change meanwhile, and what counts is its last change. Rejects with
   * TRACK_ENDED (also when it is stopped meanwhile), TRACK_NOT_PUBLISHED when it is unpublished meanwhile,
   * CODEC_UNSUPPORTED, NOT_PERMITTED, TRACK_LIMIT, NOT_CONNECTED, …
   */
  publishTrack(
    track: MediaStreamTrack | LocalTrack,
    options: TrackPublishOptions = {},
  ): Promise<LocalTrackPublication> {
    if (track instanceof LocalTrack) return this.#port.publish(track, options);
    const source = options.source ?? 'unknown';
    return this.#port.publish(new LocalTrack({ mediaStreamTrack: track, source }), options);
  }

  /**
   * Takes the track out of the room, even while it is being published. `stop` also stops the MediaStreamTrack
   * (default: true for devices and screens). Rejects with TRACK_NOT_PUBLISHED.
   */
  async unpublishTrack(track: MediaStreamTrack | LocalTrack, stop?: boolean): Promise<void> {
    const found = this.#port.findTrack(track);
    if (found === undefined) throw new MeridianClientError('TRACK_NOT_PUBLISHED');
    const unpublished = this.#port.unpublish(found.track);
    if (stop ?? found.source !== 'unknown') found.track.stop();
    await unpublished;
  }

  /**
   * Sends a message of at most 65,535 bytes (lossy: 1,300) to other participants. Resolves when the service has
   * accepted it. A reliable message waits for a receiver that reads slowly; one for which 8 MB wait is disconnected
   * (BACKPRESSURE) and joins anew. A receiver whose connection breaks may miss it. Rejects with DATA_TOO_LARGE,
   * ARGUMENT_INVALID, NOT_PERMITTED, PARTICIPANT_UNKNOWN, NOT_CONNECTED, RATE_LIMITED (more than 256 KiB a second, or
   * too much times receivers; retry after `retryAfterMs`).
   */
  publishData(payload: Uint8Array, options: DataPublishOptions = {}): Promise<void> {
    const bytesMax = options.reliable === false ? limits.lossyDataBytesMax : limits.dataBytesMax;
    if (payload.byteLength > bytesMax) {
      return Promise.reject(
        new MeridianClientError('DATA_TOO_LARGE', `${payload.byteLength} bytes, at most ${bytesMax}`),
      );
    }
    if (characterCount(options.topic ?? '') > limits.topicLengthMax) {
      return Promise.reject(
        new MeridianClientError('ARGUMENT_INVALID', `topic: at most ${limits.topicLengthMax} characters`),
      );
    }
    return this.#port.sendData(payload, options);
  }

  /**
   * Calls a method that another participant has registered (Room.registerRpcMethod), and resolves with its result.
   * Calls are data messages: both sides need `canPublishData`. Rejects with RpcError; with ARGUMENT_INVALID for an
   * invalid method or timeout.
   */
  performRpc(call: PerformRpcParams): Promise<string> {
    return this.#port.performRpc(call);
  }

  /** Sends a chat message to all; the ChatMessage event comes for our own messages as well. */
  sendChatMessage(text: string): Promise<ChatMessage> {
    return this.#port.sendChat(text);
  }

  /** Rejects with ARGUMENT_INVALID, NOT_CONNECTED, or NOT_PERMITTED unless the token has `canUpdateOwnMetadata`. */
  setName(name: string): Promise<void> {
    if (characterCount(cleanDisplayName(name)) > limits.nameLengthMax) {
      return Promise.reject(
        new MeridianClientError('ARGUMENT_INVALID', `name: at most ${limits.nameLengthMax} characters`),
      );
    }
    return this.#updateSelf({ name });
  }

  /** Rejects like setName. */
  setMetadata(metadata: string): Promise<void> {
    if (encoder.encode(metadata).byteLength > limits.metadataBytesMax) {
      return Promise.reject(
        new MeridianClientError('ARGUMENT_INVALID', `metadata: at most ${limits.metadataBytesMax} bytes`),
      );
    }
    return this.#updateSelf({ metadata });
  }

  /** Sets these attributes and keeps the others; an empty text removes one. Rejects like setName. */
  setAttributes(attributes: Readonly<Record<string, string>>): Promise<void> {
    if (!areAttributes(attributesWith(this.attributes, attributes))) {
      const limitText = `at most ${limits.attributesMax}, of ${limits.attributesBytesMax} bytes, with keys`;
      return Promise.reject(new MeridianClientError('ARGUMENT_INVALID', `attributes: ${limitText}`));
    }
    return this.#updateSelf({ attributes: { ...attributes } });
  }

  /**
   * Sets the participants that may receive our tracks, later tracks included: all, or only those listed, each with its
   * permission. The service enforces it; a participant that may no longer receive a track gets TrackUnsubscribed, and
   * still sees that the track exists. Gateways count as participants: viewers of an unlisted gateway do not see us.
   * Valid until it is set again or the room is left. Rejects with ARGUMENT_INVALID, NOT_PERMITTED, NOT_CONNECTED.
   */
  setTrackSubscriptionPermissions(
    allParticipantsAllowed: boolean,
    participantTrackPermissions: readonly ParticipantTrackPermission[] = [],
  ): Promise<void> {
    const allowed = participantTrackPermissions
      .filter(({ allowAll, allowedSources = [] }) => allowAll === true || allowedSources.length > 0)
      .map(({ participantIdentity: identity, allowAll, allowedSources = [] }) => ({
        identity,
        sources: allowAll === true ? [] : [...new Set(allowedSources)],
      }));
    if (allowed.length > limits.allowedSubscribersMax) {
      const most = `participantTrackPermissions: at most ${limits.allowedSubscribersMax}`;
      return Promise.reject(new MeridianClientError('ARGUMENT_INVALID', most));
    }
    return this.#port.setSubscribers(allParticipantsAllowed ? undefined : allowed);
  }

  /** @internal */
  addPublication(publication: LocalTrackPublication): void {
    this.#publications.set(publication.trackId, publication);
  }
  /** @internal */
  removePublication(trackId: string): void {
    this.#publications.delete(trackId);
  }
  /** @internal Sets the device to open from now on. An open track is switched by `LocalTrack.switchDevice`. */
  useDevice(kind: MediaDeviceKind, deviceId: string): void {
    if (kind === 'videoinput') this.#videoDefaults = { ...this.#videoDefaults, deviceId };
    if (kind === 'audioinput') this.#audioDefaults = { ...this.#audioDefaults, deviceId };
  }
  /** @internal Applies the room's publish defaults under the options of one call. */
  publishOptions(options: TrackPublishOptions): TrackPublishOptions {
    return { ...this.#options.publishDefaults, ...options };
  }

  async #updateSelf(change: SelfChange): Promise<void> {
    try {
      await this.#port.updateSelf(change);
    } catch (cause) {
      if (!(cause instanceof MeridianClientError) || cause.code !== 'NOT_PERMITTED') throw cause;
      const message = 'the token needs video.canUpdateOwnMetadata: true to change its own name, metadata or attributes';
      throw new MeridianClientError('NOT_PERMITTED', message, { cause });
    }
  }

  /** @internal Lets later changes of these sources wait for `work`. */
  delayChanges(sources: readonly TrackSource[], work: Promise<unknown>): void {
    for (const source of sources) this.#afterLastChange(source, () => work).catch(() => undefined);
  }

  /** Serialises the changes of a source until each has begun, so that a double click does not open two cameras. */
  #afterLastChange<Begun>(source: TrackSource, change: () => Promise<Begun>): Promise<Begun> {
    const before = this.#lastChanges.get(source) ?? Promise.resolve();
    const begun = before.then(change);
    this.#lastChanges.set(
      source,
      begun.catch(() => undefined), // the caller gets the failure by `begun`; the next change starts either way
    );
    return begun;
  }

  async #setEnabled(
    source: TrackSource,
    device: MediaDeviceKind,
    enabled: boolean,
    publish: TrackPublishOptions | undefined,
    open: OpenTracks,
  ): Promise<LocalTrackPublication | undefined> {
    const change = (): Promise<Changed> =>
      enabled ? this.#enable(source, device, publish, open) : this.#disable(source);
    const { publication } = await this.#afterLastChange(source, change);
    return await publication;
  }

  async #enable(
    source: TrackSource,
    device: MediaDeviceKind,
    publish: TrackPublishOptions | undefined,
    open: OpenTracks,
  ): Promise<Changed> {
    const existing = this.#port.findTrack(source);
    try {
      if (existing === undefined) return { publication: this.#publishAll(await open(), publish ?? {}) };
      await existing.track.unmute();
      return existing;
    } catch (error) {
      if (error instanceof MeridianClientError && error.code.startsWith('DEVICE_'))
        this.#port.deviceFailed(error, device);
      throw error;
    }
  }

  /** Publishes tracks, and resolves with the first's publication; on a failure stops the devices of all. */
  async #publishAll(tracks: LocalTrack[], publish: TrackPublishOptions): Promise<LocalTrackPublication | undefined> {
    try {
      const [first] = await Promise.all(tracks.map((track) => this.#port.publish(track, publish)));
      return first;
    } catch (error) {
      for (const track of tracks) track.stop();
      throw error;
    }
  }

  async #disable(source: TrackSource): Promise<Changed> {
    const existing = this.#port.findTrack(source);
    if (existing === undefined) return { publication: undefined };
    if (source !== 'screen_share') {
      await existing.track.mute();
      return existing;
    }
    for (const found of [existing, this.#port.findTrack('screen_share_audio')])
      if (found !== undefined) await this.unpublishTrack(found.track);
    return { publication: undefined };
  }
}
