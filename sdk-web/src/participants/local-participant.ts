// Ourselves: devices, publishing, messages. How things are sent is the port's business; which device serves which
// source is decided here.

import { MeridianClientError } from '@meridian/client';
import type { Participant as Row } from '@meridian/protocol';
import { areAttributes, attributesWith, limits } from '@meridian/protocol';
import type { PerformRpcParams } from '../rpc.ts';
import { createLocalAudioTrack, createLocalScreenTracks, createLocalVideoTrack } from '../tracks/capture.ts';
import type { LocalTrackPublication } from '../tracks/local-publication.ts';
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
/** What the local participant asks of its room. */
export interface LocalPort {
  publish(track: LocalTrack, options: TrackPublishOptions): Promise<LocalTrackPublication>;
  unpublish(publication: LocalTrackPublication): Promise<void>;
  sendData(payload: Uint8Array, options: DataPublishOptions): Promise<void>;
  performRpc(call: PerformRpcParams): Promise<string>;
  sendChat(text: string): Promise<ChatMessage>;
  updateSelf(change: SelfChange): Promise<void>;
  /** undefined: everybody. */
  setSubscribers(
    allowed: readonly { readonly identity: string; readonly sources: readonly TrackSource[] }[] | undefined,
  ): Promise<void>;
  deviceFailed(error: MeridianClientError, kind: MediaDeviceKind): void;
}
type Opener = () => Promise<LocalTrack[]>;

const encoder = new TextEncoder();

export class LocalParticipant extends Participant {
  readonly #port: LocalPort;
  readonly #options: RoomOptions;
  readonly #publications = new Map<string, LocalTrackPublication>();
  readonly #turns = new Map<TrackSource, Promise<unknown>>();
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
   * Opens and publishes the camera, or takes it out of sight and releases it. Resolves with the publication, undefined
   * when there is none. Rejects with DEVICE_*, and with what publishTrack rejects with.
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

  /** As setCameraEnabled. A muted microphone stays open, so that unmuting is immediate. */
  setMicrophoneEnabled(
    enabled: boolean,
    capture?: AudioCaptureOptions,
    publish?: TrackPublishOptions,
  ): Promise<LocalTrackPublication | undefined> {
    return this.#setEnabled('microphone', 'audioinput', enabled, publish, async () => [
      await createLocalAudioTrack({ ...this.#audioDefaults, ...capture }),
    ]);
  }

  /** Asks the user for a screen and publishes it, or stops. Rejects with DEVICE_DENIED when the user says no. */
  setScreenShareEnabled(
    enabled: boolean,
    capture?: ScreenShareCaptureOptions,
    publish?: TrackPublishOptions,
  ): Promise<LocalTrackPublication | undefined> {
    return this.#setEnabled('screen_share', 'videoinput', enabled, publish, () => createLocalScreenTracks(capture));
  }

  /**
   * Publishes a track; resolves when the service has taken it. Media flows before that. While the room is connecting or
   * reconnecting the call waits. Rejects with TRACK_ENDED, CODEC_UNSUPPORTED, NOT_PERMITTED, TRACK_LIMIT,
   * NOT_CONNECTED, …
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
   * Takes the track out of the room. The MediaStreamTrack is stopped when `stop` (default: true for devices and screens
   * of ours).
   */
  async unpublishTrack(track: MediaStreamTrack | LocalTrack, stop?: boolean): Promise<void> {
    const publication = [...this.#publications.values()].find(
      (one) => one.track === track || one.track.mediaStreamTrack === track || one.track.sourceTrack === track,
    );
    if (publication === undefined) throw new MeridianClientError('TRACK_NOT_PUBLISHED');
    if (stop ?? publication.source !== 'unknown') publication.track.stop();
    await this.#port.unpublish(publication);
  }

  /**
   * Sends a message to the others. Resolves when the service has taken it: a receiver that reads too slowly may miss it
   * all the same, so that the room itself goes on for them. Rejects with DATA_TOO_LARGE, ARGUMENT_INVALID,
   * NOT_PERMITTED, PARTICIPANT_UNKNOWN, NOT_CONNECTED, RATE_LIMITED (more than 256 KiB a second, or too much times
   * receivers; `retryAfterMs` says when).
   */
  publishData(payload: Uint8Array, options: DataPublishOptions = {}): Promise<void> {
    const bytesMax = options.reliable === false ? limits.lossyDataBytesMax : limits.dataBytesMax;
    if (payload.byteLength > bytesMax) {
      return Promise.reject(
        new MeridianClientError('DATA_TOO_LARGE', `${payload.byteLength} bytes, at most ${bytesMax}`),
      );
    }
    if ((options.topic ?? '').length > limits.topicLengthMax) {
      return Promise.reject(
        new MeridianClientError('ARGUMENT_INVALID', `topic: at most ${limits.topicLengthMax} characters`),
      );
    }
    return this.#port.sendData(payload, options);
  }

  /**
   * Calls a method that another participant has registered (Room.registerRpcMethod), and resolves with what it returns.
   * It goes as data messages do: both need `canPublishData`. Rejects with RpcError; with ARGUMENT_INVALID for a method
   * or a timeout that is none.
   */
  performRpc(call: PerformRpcParams): Promise<string> {
    return this.#port.performRpc(call);
  }

  /** Says something to everyone; the ChatMessage event comes for own messages too. */
  sendChatMessage(text: string): Promise<ChatMessage> {
    return this.#port.sendChat(text);
  }

  /** Rejects with NOT_PERMITTED unless the token has `canUpdateOwnMetadata`, ARGUMENT_INVALID, NOT_CONNECTED. */
  setName(name: string): Promise<void> {
    if (name.length > limits.nameLengthMax) {
      return Promise.reject(
        new MeridianClientError('ARGUMENT_INVALID', `name: at most ${limits.nameLengthMax} characters`),
      );
    }
    return this.#updateSelf({ name });
  }

  /** As setName. */
  setMetadata(metadata: string): Promise<void> {
    if (encoder.encode(metadata).byteLength > limits.metadataBytesMax) {
      return Promise.reject(
        new MeridianClientError('ARGUMENT_INVALID', `metadata: at most ${limits.metadataBytesMax} bytes`),
      );
    }
    return this.#updateSelf({ metadata });
  }

  /** Sets these attributes and keeps the others; an empty text takes one away. As setName. */
  setAttributes(attributes: Readonly<Record<string, string>>): Promise<void> {
    if (!areAttributes(attributesWith(this.attributes, attributes))) {
      const most = `at most ${limits.attributesMax}, of ${limits.attributesBytesMax} bytes, with keys`;
      return Promise.reject(new MeridianClientError('ARGUMENT_INVALID', `attributes: ${most}`));
    }
    return this.#updateSelf({ attributes: { ...attributes } });
  }

  /**
   * The participants that may receive our tracks, those that we publish later too: all, or only those that are named,
   * as they are named. The service enforces it; a participant that may not receive a track any more gets
   * TrackUnsubscribed, and still sees that it is there. Gateways count as participants: unnamed, what they show to
   * viewers of other protocols is without us. It holds until it is set anew or the room is left. Rejects with
   * ARGUMENT_INVALID, NOT_PERMITTED, NOT_CONNECTED.
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
  /** @internal The device to open from now on; the open one is switched by its track. */
  useDevice(kind: MediaDeviceKind, deviceId: string): void {
    if (kind === 'videoinput') this.#videoDefaults = { ...this.#videoDefaults, deviceId };
    if (kind === 'audioinput') this.#audioDefaults = { ...this.#audioDefaults, deviceId };
  }
  /** @internal Publish defaults of the room under the options of one call. */
  publishOptions(options: TrackPublishOptions): TrackPublishOptions {
    return { ...this.#options.publishDefaults, ...options };
  }

  async #updateSelf(change: SelfChange): Promise<void> {
    try {
      await this.#port.updateSelf(change);
    } catch (cause) {
      if (!(cause instanceof MeridianClientError) || cause.code !== 'NOT_PERMITTED') throw cause;
      const message = 'the token needs video.canUpdateOwnMetadata: true to change the own name, metadata or attributes';
      throw new MeridianClientError('NOT_PERMITTED', message, { cause });
    }
  }

  /** One change of a source at a time: a double click must not open two cameras. */
  #setEnabled(
    source: TrackSource,
    device: MediaDeviceKind,
    enabled: boolean,
    publish: TrackPublishOptions | undefined,
    open: Opener,
  ): Promise<LocalTrackPublication | undefined> {
    const before = this.#turns.get(source) ?? Promise.resolve();
    const result = before.then(() => (enabled ? this.#enable(source, device, publish, open) : this.#disable(source)));
    this.#turns.set(
      source,
      result.catch(() => undefined), // the caller gets it by `result`; the next in turn starts either way
    );
    return result;
  }

  async #enable(
    source: TrackSource,
    device: MediaDeviceKind,
    publish: TrackPublishOptions | undefined,
    open: Opener,
  ): Promise<LocalTrackPublication | undefined> {
    const known = this.getTrackPublication(source);
    try {
      if (known !== undefined) {
        await known.unmute();
        return known;
      }
      const tracks = await open();
      const publications = await this.#publishAll(tracks, publish ?? {});
      return publications[0];
    } catch (error) {
      if (error instanceof MeridianClientError && error.code.startsWith('DEVICE_'))
        this.#port.deviceFailed(error, device);
      throw error;
    }
  }

  /** All or nothing: a device that could not be published is stopped again. */
  async #publishAll(tracks: LocalTrack[], publish: TrackPublishOptions): Promise<LocalTrackPublication[]> {
    try {
      return await Promise.all(tracks.map((track) => this.#port.publish(track, publish)));
    } catch (error) {
      for (const track of tracks) track.stop();
      throw error;
    }
  }

  async #disable(source: TrackSource): Promise<LocalTrackPublication | undefined> {
    const known = this.getTrackPublication(source);
    if (known === undefined) return undefined;
    if (source !== 'screen_share') {
      await known.mute();
      return known;
    }
    const sound = this.getTrackPublication('screen_share_audio');
    for (const publication of [known, sound]) {
      if (publication !== undefined) await this.unpublishTrack(publication.track);
    }
    return undefined;
  }
}
