// Watches our own tracks: opens those that connect() should publish from the start, and handles devices that stop.
import { type Emitter, MeridianClientError, report } from '@meridian/client';
import type { RoomEventMap } from './events.ts';
import type { LocalParticipant } from './participants/local-participant.ts';
import { createLocalTracks } from './tracks/capture.ts';
import type { LocalTrack } from './tracks/local-track.ts';
import type { ConnectOptions, RoomOptions } from './types.ts';

export interface LocalTracksWatcherPorts {
  readonly events: Pick<Emitter<RoomEventMap>, 'emit'>;
  readonly options: RoomOptions;
  local(): LocalParticipant;
  /** Takes a track out of the connected room; does nothing without a connected room. */
  unpublish(track: LocalTrack): Promise<void>;
  deviceGone(kind: MediaDeviceKind): void;
}

export class LocalTracksWatcher {
  readonly #o: LocalTracksWatcherPorts;
  readonly #watched = new WeakSet<LocalTrack>();

  constructor(o: LocalTracksWatcherPorts) {
    this.#o = o;
  }

  /**
   * Watches a track: mutes become room events. A screen share that ends is unpublished; a camera or microphone that
   * ends is muted.
   */
  watch(track: LocalTrack): LocalTrack {
    if (this.#watched.has(track)) return track;
    this.#watched.add(track);
    const local = this.#o.local();
    const publication = () => [...local.trackPublications.values()].find((one) => one.track === track);
    track.on('muted', () => {
      const ownPublication = publication();
      if (ownPublication !== undefined) this.#o.events.emit('trackMuted', ownPublication, local);
    });
    track.on('unmuted', () => {
      const own = publication();
      if (own !== undefined) this.#o.events.emit('trackUnmuted', own, local);
    });
    track.on('ended', () => {
      if (track.isBound) this.#ended(track);
    });
    return track;
  }

  /** Opens and publishes the tracks of `options`. Emits failures as events, because the room is joined without them. */
  openInitial(options: ConnectOptions, isWanted: () => boolean): void {
    const { audioCaptureDefaults, videoCaptureDefaults } = this.#o.options;
    const audio = optionsWithDefaults(options.audio, audioCaptureDefaults);
    const video = optionsWithDefaults(options.video, videoCaptureDefaults);
    if (audio === undefined && video === undefined) return;
    const begun = createLocalTracks({ audio: audio ?? false, video: video ?? false }).then((tracks) => {
      if (isWanted()) return { published: Promise.all(tracks.map((track) => this.#publish(track))) };
      for (const track of tracks) track.stop();
      return undefined;
    });
    this.#o.local().delayChanges(['microphone', 'camera'], begun);
    begun
      .then((started) => started?.published)
      .catch((error: unknown) => {
        // LocalTrackPublicationFailed has reported publishing errors.
        if (!(error instanceof MeridianClientError)) report(error);
        else if (error.code.startsWith('DEVICE_'))
          this.#o.events.emit('mediaDevicesError', error, video === undefined ? 'audioinput' : 'videoinput');
      });
  }

  async #publish(track: LocalTrack): Promise<void> {
    try {
      await this.#o.local().publishTrack(track);
    } catch (error) {
      track.stop();
      throw error;
    }
  }

  #ended(track: LocalTrack): void {
    if (track.source !== 'camera' && track.source !== 'microphone') {
      this.#o.unpublish(track).catch(report);
      return;
    }
    const kind = track.kind === 'video' ? 'videoinput' : 'audioinput';
    this.#o.deviceGone(kind);
    this.#o.local().useDevice(kind, 'default');
    this.#o.events.emit('mediaDevicesError', new MeridianClientError('DEVICE_LOST'), kind);
    track.mute().catch(report);
  }
}

function optionsWithDefaults<T extends object>(
  captureOption: boolean | T | undefined,
  defaults: T | undefined,
): T | undefined {
  if (captureOption === undefined || captureOption === false) return undefined;
  return { ...defaults, ...(captureOption === true ? undefined : captureOption) } as T;
}
