import { type RemoteTrack, Room } from '@meridian/sdk-web';
import { type DriverStatus, PATIENCE_MS, pictureOf } from '../core/play.ts';
import { addVideo, type Driver, type DriverOptions, hasPicture, isBlocked, picturesOf, play } from './driver.ts';

interface WebrtcOptions extends DriverOptions {
  readonly entryUrls: readonly string[];
  readonly token: () => Promise<string>;
  readonly fromCity: string | undefined;
  /** Joins as one of a show's crowd. */
  readonly crowd?: boolean;
}

/** Estimated latency over WebRTC: networks and the receiver's jitter buffer. */
const DELAY_MS = 150;

/** Joins as a participant that sends nothing, and plays everyone's sound and one picture. */
export async function openWebrtc(o: WebrtcOptions): Promise<Driver> {
  return new WebrtcDriver(o);
}

class WebrtcDriver implements Driver {
  readonly #room = new Room();
  readonly #video: HTMLVideoElement;
  readonly #sounds = new Map<RemoteTrack, HTMLMediaElement>();
  readonly #isCrowd: boolean;
  #muted: boolean;
  #failure: string | undefined;
  /** Time of the last status of sound alone. */
  #soundAloneMs = Number.NEGATIVE_INFINITY;
  #shown: { identity: string; source: 'camera' | 'screen_share'; track: RemoteTrack } | undefined;

  constructor(o: WebrtcOptions) {
    this.#muted = o.muted;
    this.#isCrowd = o.crowd ?? false;
    this.#video = addVideo({ box: o.box, muted: true });
    const room = this.#room;
    room.on('trackSubscribed', (track) => this.#attachSound(track));
    room.on('trackUnsubscribed', (track) => {
      for (const element of track.detach()) if (element !== this.#video) element.remove();
      this.#sounds.delete(track);
    });
    room.on('disconnected', (reason) => {
      this.#failure ??= reason;
    });
    // A call onto a stage concerns the page, not its player.
    const options = {
      ...(o.fromCity !== undefined && { fromCity: o.fromCity }),
      crowd: o.crowd ?? false,
      stage: 'ask' as const,
    };
    room.connect(o.entryUrls, o.token, options).catch((error: unknown) => {
      this.#failure ??= (error as { code?: string }).code ?? 'INTERNAL';
    });
  }

  status(): DriverStatus {
    if (this.#failure !== undefined) return { at: 'failed', code: this.#failure };
    if (this.#room.state === 'connecting' || this.#room.state === 'disconnected') return { at: 'connecting' };
    const isPublished = this.#choose();
    const nowMs = performance.now();
    if (!isPublished && this.#shown === undefined) {
      if (this.#sounds.size === 0) return { at: 'empty' };
      this.#soundAloneMs = nowMs;
      return { at: 'sound' };
    }
    if (isBlocked(this.#video)) return { at: 'blocked' };
    if (this.#shown === undefined || !hasPicture(this.#video))
      return { at: nowMs - this.#soundAloneMs < PATIENCE_MS ? 'sound' : 'connecting' };
    return this.#isCrowd ? { at: 'playing', pictures: picturesOf(this.#video) } : { at: 'playing' };
  }

  pictureWallMs(): number {
    return Date.now() - DELAY_MS;
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    for (const element of this.#sounds.values()) element.muted = muted;
    if (isBlocked(this.#video)) play(this.#video);
    if (!muted) void this.#room.startAudio();
  }

  close(): void {
    this.#failure ??= 'CLIENT_INITIATED';
    void this.#room.disconnect();
    for (const element of this.#sounds.values()) element.remove();
    this.#video.remove();
  }

  #attachSound(track: RemoteTrack): void {
    if (track.kind !== 'audio') return;
    const element = new Audio();
    element.muted = this.#muted;
    this.#sounds.set(track, element);
    track.attach(element);
  }

  /** Shows the main picture; returns whether any participant publishes one. */
  #choose(): boolean {
    const published = [...this.#room.remoteParticipants.values()].flatMap((one) =>
      (['screen_share', 'camera'] as const).flatMap((source) => {
        const publication = one.getTrackPublication(source);
        return publication === undefined || publication.isMuted
          ? []
          : [{ identity: one.identity, source, track: publication.track as RemoteTrack | undefined }];
      }),
    );
    const pictures = published.flatMap(({ track, ...rest }) => (track === undefined ? [] : [{ ...rest, track }]));
    const speaker = this.#room.activeSpeakers.find(({ isLocal }) => !isLocal)?.identity;
    const due = pictureOf(pictures, speaker, this.#shown);
    if (due?.track !== this.#shown?.track) {
      this.#shown?.track.detach(this.#video);
      due?.track.attach(this.#video);
      if (due !== undefined) play(this.#video);
    }
    this.#shown = due;
    return published.length > 0;
  }
}
