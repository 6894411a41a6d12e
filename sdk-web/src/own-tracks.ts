// Our own tracks as the room sees them: what connect() opens from the start, and devices that stop by themselves.
import { type Emitter, MeridianClientError, report } from '@meridian/client';
import type { RoomEventMap } from './events.ts';
import type { LocalParticipant } from './participants/local-participant.ts';
import { createLocalTracks } from './tracks/capture.ts';
import type { LocalTrackPublication } from './tracks/local-publication.ts';
import type { LocalTrack } from './tracks/local-track.ts';
import type { ConnectOptions, RoomOptions } from './types.ts';

export interface OwnTracksPorts {
  readonly events: Pick<Emitter<RoomEventMap>, 'emit'>;
  readonly options: RoomOptions;
  local(): LocalParticipant;
  /** Takes a track out of the room that is connected; nothing happens when none is. */
  unpublish(publication: LocalTrackPublication): Promise<void>;
  /** The chosen device of that kind is gone. */
  deviceGone(kind: MediaDeviceKind): void;
}

export class OwnTracks {
  readonly #o: OwnTracksPorts;
  readonly #seen = new WeakSet<LocalTrack>();

  constructor(o: OwnTracksPorts) {
    this.#o = o;
  }

  /**
   * A device that stops by itself: a screen share is over, a camera or microphone counts as muted. Mutes are
   * room events.
   */
  watch(track: LocalTrack): LocalTrack {
    if (this.#seen.has(track)) return track;
    this.#seen.add(track);
    const local = this.#o.local();
    const publication = () => [...local.trackPublications.values()].find((one) => one.track === track);
    track.on('muted', () => {
      const own = publication();
      if (own !== undefined) this.#o.events.emit('trackMuted', own, local);
    });
    track.on('unmuted', () => {
      const own = publication();
      if (own !== undefined) this.#o.events.emit('trackUnmuted', own, local);
    });
    track.on('ended', () => {
      const own = publication();
      if (own !== undefined) this.#ended(track, own);
    });
    return track;
  }

  /**
   * Opens and publishes what connect() was asked for, while `isWanted`; what fails is an event, for the room is
   * joined without it.
   */
  openWanted(options: ConnectOptions, isWanted: () => boolean): void {
    const { audioCaptureDefaults, videoCaptureDefaults } = this.#o.options;
    const audio = withDefaults(options.audio, audioCaptureDefaults);
    const video = withDefaults(options.video, videoCaptureDefaults);
    if (audio === undefined && video === undefined) return;
    createLocalTracks({ audio: audio ?? false, video: video ?? false })
      .then(async (tracks) => {
        if (isWanted()) await Promise.all(tracks.map((track) => this.#publish(track)));
        else for (const track of tracks) track.stop();
      })
      .catch((error: unknown) => {
        // LocalTrackPublicationFailed has reported what publishing rejects with.
        if (!(error instanceof MeridianClientError)) report(error);
        else if (error.code.startsWith('DEVICE_'))
          this.#o.events.emit('mediaDevicesError', error, video === undefined ? 'audioinput' : 'videoinput');
      });
  }

  /** A device that could not be published is released again. */
  async #publish(track: LocalTrack): Promise<void> {
    try {
      await this.#o.local().publishTrack(track);
    } catch (error) {
      track.stop();
      throw error;
    }
  }

  #ended(track: LocalTrack, own: LocalTrackPublication): void {
    if (track.source !== 'camera' && track.source !== 'microphone') {
      this.#o.unpublish(own).catch(report);
      return;
    }
    const kind = track.kind === 'video' ? 'videoinput' : 'audioinput';
    this.#o.deviceGone(kind);
    this.#o.local().useDevice(kind, 'default');
    this.#o.events.emit('mediaDevicesError', new MeridianClientError('DEVICE_LOST'), kind);
    track.mute().catch(report);
  }
}

/** What to open: the room's defaults under what was asked for; undefined: nothing. */
function withDefaults<T extends object>(asked: boolean | T | undefined, defaults: T | undefined): T | undefined {
  if (asked === undefined || asked === false) return undefined;
  return { ...defaults, ...(asked === true ? undefined : asked) } as T;
}
