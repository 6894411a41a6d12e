// Programme for browsers without WebRTC and MSE: MPEG-1 video and MP2 sound in an MPEG transport stream, made once for
// all of them. Pictures of such browsers are passed on unchanged.
import { TsMuxer } from '@meridian/client';
import { MeridianError } from '@meridian/protocol';
import type { FfmpegSupervisor } from '@meridian/room-media';
import type { VideoUnit } from '@meridian/room-media/core';
import { toAnnexB } from '@meridian/room-media/core';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { type CodedPicture, VideoTranscoder } from '../adapters/ffmpeg/video.ts';
import type { Programme, ProgrammeItem, Viewer } from '../room/programme.ts';

const BITRATE_KBPS = 1000;
/** A second, so that late viewers and viewers after a loss soon see a whole picture. */
const KEY_INTERVAL_PICTURES = 25;
/** Cost of an H.264 decoder and an MPEG-1 encoder for 640 × 360 at 25 fps. */
export const H5_MILLICORES = 250;
/** Time that the stream outlives its last viewer, so that a reloaded page finds it running. */
const IDLE_MS = 5000;
/** Two seconds of pictures and sound for late viewers. */
const RECENT_CHUNKS_MAX = 150;

/** Packets of one unit, or the tables that begin a stream (`isFormat`). */
export interface TsChunk {
  readonly kind: 'audio' | 'video';
  readonly isFormat: boolean;
  readonly isKey: boolean;
  readonly bytes: Uint8Array;
}

export interface H5Viewer {
  take(chunk: TsChunk): void;
  ended(code: string): void;
}

export interface H5StreamOptions {
  readonly programme: Programme;
  readonly supervisor: FfmpegSupervisor;
  readonly clock: Clock;
  readonly log: Logger;
  onClosed(): void;
}

export class H5Stream {
  readonly #o: H5StreamOptions;
  readonly #viewers = new Set<H5Viewer>();
  readonly #muxer = new TsMuxer({ video: 'mpeg1', audio: 'mp2' });
  #transcoder: VideoTranscoder | undefined;
  readonly #watcher: Viewer = { take: (item) => this.#onItem(item), ended: (code) => this.close(code) };
  readonly #stopWatching: () => void;
  #recentChunks: TsChunk[] = [];
  #idle: Timer | undefined;
  #isClosed = false;

  /** Watches the programme, which has MP2. Throws OVERLOADED without capacity. */
  constructor(o: H5StreamOptions) {
    this.#o = o;
    o.supervisor.check({ cost: H5_MILLICORES, makes: 'picture' });
    this.#stopWatching = o.programme.watch(this.#watcher);
    this.#watchIdle();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  watch(viewer: H5Viewer): () => void {
    if (this.#isClosed) {
      viewer.ended('CONNECTION_CLOSED');
      return () => undefined;
    }
    viewer.take({ kind: 'video', isFormat: true, isKey: false, bytes: this.#muxer.head() });
    for (const chunk of this.#recentChunks) viewer.take(chunk);
    this.#viewers.add(viewer);
    this.#idle?.cancel();
    this.#o.programme.setResting(this.#watcher, false);
    return () => {
      if (this.#viewers.delete(viewer) && this.#viewers.size === 0) this.#watchIdle();
    };
  }

  close(code: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#idle?.cancel();
    this.#stopWatching?.();
    this.#endTranscoder();
    const viewers = [...this.#viewers];
    this.#viewers.clear();
    for (const viewer of viewers) viewer.ended(code);
    this.#o.onClosed();
  }

  #watchIdle(): void {
    this.#idle?.cancel();
    if (this.#isClosed) return;
    this.#o.programme.setResting(this.#watcher, true);
    this.#idle = this.#o.clock.after(IDLE_MS, () => this.close('IDLE'));
  }

  #onItem({ content }: ProgrammeItem): void {
    if (this.#isClosed || !('unit' in content)) return;
    const { unit } = content;
    if (unit.kind === 'audio') this.#send('audio', { ptsMs: unit.ptsMs, isKey: false, data: unit.data });
    else if (unit.kind === 'video') this.#transcode(unit);
    else {
      this.#endTranscoder();
      this.#send('video', unit);
    }
  }

  /** Without capacity, drops pictures up to a key frame at which capacity is free. */
  #transcode({ ptsMs, isKey, nals }: VideoUnit): void {
    if (this.#transcoder === undefined && !isKey) return;
    try {
      this.#transcoder ??= this.#newTranscoder();
      this.#transcoder.write({ ptsMs, isKey, data: toAnnexB(nals) });
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      this.#o.log.debug({ err: error }, 'a picture is dropped');
    }
  }

  #newTranscoder(): VideoTranscoder {
    const { programme, supervisor, log } = this.#o;
    const transcoder: VideoTranscoder = new VideoTranscoder({
      from: 'h264',
      to: 'mpeg1',
      bitrateKbps: BITRATE_KBPS,
      keyIntervalPictures: KEY_INTERVAL_PICTURES,
      cost: H5_MILLICORES,
      supervisor,
      onPicture: (picture) => {
        if (this.#transcoder === transcoder) this.#send('video', picture);
      },
      onKeyNeeded: () => programme.demandKeyFrame(),
      onDegraded: (isDegraded) => {
        if (!isDegraded) return;
        log.warn('an ffmpeg for MPEG-1 does not stay up');
        this.close('WORKER_DIED');
      },
    });
    return transcoder;
  }

  #endTranscoder(): void {
    void this.#transcoder?.close();
    this.#transcoder = undefined;
  }

  #send(kind: 'audio' | 'video', { ptsMs, isKey, data }: CodedPicture): void {
    const bytes = this.#muxer.write({ kind, ptsMs, isKey, data });
    const chunk: TsChunk = { kind, isFormat: false, isKey, bytes };
    if (isKey) this.#recentChunks = [];
    else if (this.#recentChunks.length > RECENT_CHUNKS_MAX) this.#recentChunks = [];
    if (isKey || this.#recentChunks.length > 0) this.#recentChunks.push(chunk);
    for (const viewer of this.#viewers) viewer.take(chunk);
  }
}

export class H5Streams {
  readonly #o: Omit<H5StreamOptions, 'programme' | 'onClosed'>;
  readonly #streams = new Map<Programme, H5Stream>();

  constructor(o: Omit<H5StreamOptions, 'programme' | 'onClosed'>) {
    this.#o = o;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Throws as `refuseLacking` does: without transcoders no other client could exchange media with such a browser. */
  checkLacks(): void {
    this.#o.supervisor.refuseLacking('sound', 'picture');
  }

  /** Returns the stream of a programme. Throws OVERLOADED without capacity for a new one. */
  streamOf(programme: Programme): H5Stream {
    const present = this.#streams.get(programme);
    if (present !== undefined) return present;
    const stream = new H5Stream({ ...this.#o, programme, onClosed: () => void this.#streams.delete(programme) });
    // A programme that has just ended has closed the stream already.
    if (!stream.isClosed) this.#streams.set(programme, stream);
    return stream;
  }
}
