import type Hls from 'hls.js';
import { type DriverStatus, hlsSettings, needsNewBuffers, PATIENCE_MS, playerCode } from '../core/play.ts';
import {
  addVideo,
  type Driver,
  type DriverOptions,
  hasPicture,
  hasSound,
  isBlocked,
  isStarved,
  picturesOf,
  play,
} from './driver.ts';

/** Interval of requests for a missing playlist, while no participant publishes. */
const RETRY_MS = 2000;
/** Time with sound but no picture after which the publisher's video counts as gone. */
const NO_PICTURE_MS = 3000;
/** Interval of reloads while the picture is missing: MSE does not recover from every gap in the video. */
const RELOAD_MS = 15_000;
/** Initial bandwidth estimate: above the best layer of a camera. */
const BEST_BPS = 5_000_000;

/** Names of a media source's buffers in hls.js. */
const bufferNames = ['audio', 'video', 'audiovideo'] as const;

interface HlsOptions extends DriverOptions {
  readonly url: string;
  /** Plays by parts of segments (the default); otherwise by whole segments, with more delay and a larger buffer. */
  readonly lowLatency?: boolean;
}

/** Plays HLS natively, else with hls.js. */
export async function openHls(o: HlsOptions): Promise<Driver> {
  const { default: Library } = await import('hls.js');
  return Library.isSupported() ? byLibrary(Library, o) : byBrowser(o);
}

function byLibrary(Library: typeof Hls, o: HlsOptions): Driver {
  const video = addVideo(o);
  // The gateway already makes the best layer; other layers start on request.
  const hls = new Library({ ...hlsSettings(o.lowLatency ?? true), abrEwmaDefaultEstimate: BEST_BPS });
  let status: DriverStatus = { at: 'connecting' };
  let timer: number | undefined;
  let buffers: readonly string[] = [];
  let mediaMs: number | undefined;
  let isWaiting = false;
  /** True while the buffers, which take no picture, are replaced: what is appended until then fails. */
  let isRenewing = false;
  /** Time of the last status of sound alone. */
  let soundAloneMs = Number.NEGATIVE_INFINITY;
  hls.on(Library.Events.FRAG_BUFFERED, () => {
    mediaMs ??= performance.now();
  });
  hls.on(Library.Events.MANIFEST_LOADING, () => {
    buffers = [];
    mediaMs = undefined;
  });
  hls.on(Library.Events.BUFFER_CODECS, (_event, tracks) => {
    const wanted = bufferNames.filter((name) => tracks[name] !== undefined);
    if (needsNewBuffers(buffers, wanted)) {
      isRenewing = true;
      window.setTimeout(() => hls.loadSource(o.url));
    } else buffers = wanted;
  });
  hls.on(Library.Events.MANIFEST_PARSED, () => {
    isRenewing = false;
    status = { at: 'connecting' };
  });
  hls.on(Library.Events.ERROR, (_event, { fatal, type, details, response }) => {
    if (!fatal || (isRenewing && type === Library.ErrorTypes.MEDIA_ERROR)) return;
    if (response?.code === 404) {
      status = { at: 'empty' };
      timer = window.setTimeout(() => hls.loadSource(o.url), RETRY_MS);
    } else {
      console.info('hls.js failed:', details);
      status = { at: 'failed', code: playerCode(type === Library.ErrorTypes.NETWORK_ERROR, response?.code) };
    }
  });
  hls.loadSource(o.url);
  hls.attachMedia(video);
  play(video);
  return {
    status: () => {
      if (status.at !== 'connecting') return status;
      if (hasPicture(video)) {
        isWaiting = false;
        return playing(video, hls.playingDate);
      }
      const withoutMs = performance.now() - (mediaMs ?? performance.now());
      isWaiting ||= hasSound(video) || withoutMs > NO_PICTURE_MS;
      if (isSoundAlone(buffers) && hasSound(video)) {
        soundAloneMs = performance.now();
        return { at: isBlocked(video) ? 'blocked' : 'sound' };
      }
      if (performance.now() - soundAloneMs < PATIENCE_MS) return { at: 'sound' }; // A picture joins.
      if (withoutMs > RELOAD_MS) hls.loadSource(o.url);
      return isWaiting ? { at: 'empty' } : status;
    },
    pictureWallMs: () => wallMsOf(hls.playingDate),
    setMuted: (muted) => setMuted(video, muted),
    close: () => {
      window.clearTimeout(timer);
      hls.destroy();
      video.remove();
    },
  };
}

function byBrowser(o: HlsOptions): Driver {
  const video = addVideo(o);
  let timer: number | undefined;
  let isWaiting = false;
  let failure: string | undefined;
  const load = (): void => {
    video.src = o.url;
    play(video);
  };
  // The browser does not report whether no participant publishes (404) or playback fails.
  video.onerror = async () => {
    const status = await fetch(o.url).then(
      (response) => response.status,
      () => 0,
    );
    isWaiting = status === 404;
    if (isWaiting) timer = window.setTimeout(load, RETRY_MS);
    else failure = status === 401 ? 'TOKEN_EXPIRED' : 'NO_PICTURE';
  };
  video.onloadedmetadata = () => {
    isWaiting = false;
  };
  load();
  /** Returns the wall clock of the picture. */
  const date = (): Date => {
    const startMs = (video as { getStartDate?(): Date }).getStartDate?.().getTime() ?? Number.NaN;
    return new Date(startMs + video.currentTime * 1000);
  };
  return {
    status: () => {
      if (failure !== undefined) return { at: 'failed', code: failure };
      if (isWaiting) return { at: 'empty' };
      if (!hasPicture(video)) return { at: hasSound(video) ? 'sound' : 'connecting' };
      return playing(video, date());
    },
    pictureWallMs: () => wallMsOf(date()),
    setMuted: (muted) => setMuted(video, muted),
    close: () => {
      window.clearTimeout(timer);
      video.onerror = null;
      video.removeAttribute('src');
      video.load();
      video.remove();
    },
  };
}

/** Returns whether a media source takes sound and no pictures; `buffers` has their names. */
const isSoundAlone = (buffers: readonly string[]): boolean => buffers.length === 1 && buffers[0] === 'audio';

/** Latency is the wall clock minus the picture's PROGRAM-DATE-TIME, which is its capture time. */
function playing(video: HTMLVideoElement, date: Date | null): DriverStatus {
  if (isBlocked(video)) return { at: 'blocked' };
  const latencyMs = date === null ? Number.NaN : Date.now() - date.getTime();
  const shown = { pictures: picturesOf(video), isStarved: isStarved(video) };
  return { at: 'playing', latencyMs: latencyMs > 0 ? latencyMs : undefined, ...shown };
}

function wallMsOf(date: Date | null): number | undefined {
  const ms = date?.getTime() ?? Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function setMuted(video: HTMLVideoElement, muted: boolean): void {
  video.muted = muted;
  play(video);
}
