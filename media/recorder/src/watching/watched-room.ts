// Room that operators watch: a hidden session receives the minimum of every track that shows its faults.

import type { Participant, Track, wire } from '@meridian/protocol';
import {
  fill,
  newCanvas,
  type OpusThreads,
  type OpusVoices,
  putPicture,
  type RoomTracks,
  type RoomTracksOptions,
  rosterNames,
  type TrackSink,
} from '@meridian/room-media';
import type { Timer } from '@meridian/runtime';
import { cellsOf, fitted, tileSize } from './core/tiles.ts';
import { type Candidate, chooseWatched } from './core/watched-tracks.ts';
import { TileEncoder } from './tile-encoder.ts';
import { PictureWatch, SoundWatch, type TrackVerdict, type WatchPorts } from './track-watches.ts';

/** Sound is decoded in batches: waking the threads for each packet costs more than decoding it. */
const TICK_MS = 250;
/** Two pictures a second: a wall shows that a room lives, it does not play it. */
const PICTURE_MS = 500;
/** Pictures are made for this time after a request, which come every half second. */
const PICTURES_WANTED_MS = 3000;
/** Bound of tracks of a kind that are received or receivable; further ones are only listed. */
const TRACKS_PER_KIND_MAX = 32;
/** Bound of tracks in an answer, which fits into a frame with the pictures of 32 rooms. */
const TRACKS_LISTED_MAX = 64;
/** Media that flows for this time without being decodable is encrypted end to end. */
const UNDECODABLE_MS = 10_000;
const BACKGROUND = { y: 35, u: 128, v: 128 };

export type WatchableRoom = Pick<RoomTracks, 'roster' | 'prefer' | 'offerAgain' | 'close'>;

export interface WatchedRoomOptions extends WatchPorts {
  readonly roomKey: string;
  readonly opus: OpusThreads;
  /** Rejects with errors of the join. */
  openRoom(o: Pick<RoomTracksOptions, 'identity' | 'onTrack' | 'onRoster' | 'onEnded'>): Promise<WatchableRoom>;
  onPicture(): void;
  /** Called once at the end, not after `close`: `''` when the room has no people left, or the code. */
  onEnded(code: string): void;
}

interface RoomTrack {
  readonly kind: Track['kind'];
  demandKeyFrame(): void;
  watch: PictureWatch | SoundWatch | undefined;
}

/** Watch that begins at once; its room is joined meanwhile. */
export class WatchedRoom {
  readonly #o: WatchedRoomOptions;
  readonly #timer: Timer;
  readonly #voices: OpusVoices;
  readonly #tracks = new Map<string, RoomTrack>();
  /** Ids of tracks beyond the bound. */
  readonly #refusedIds = new Set<string>();
  #room: WatchableRoom | undefined;
  #encoder: TileEncoder | undefined;
  #wantedUntilMs = Number.NEGATIVE_INFINITY;
  /** True if a change has not been drawn yet. */
  #needsDrawing = false;
  #drawnMs = Number.NEGATIVE_INFINITY;
  /** Begins with the wall time, so a later watch of the room has higher numbers. */
  #seq: number;
  #picture: { readonly jpeg: Uint8Array; readonly atMs: number } | undefined;
  readonly #closing = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(o: WatchedRoomOptions) {
    this.#o = o;
    this.#seq = Math.floor(o.clock.wallMs());
    this.#voices = o.opus.open((trackId, ptsMs, left, right) => {
      const watch = this.#tracks.get(trackId)?.watch;
      if (watch instanceof SoundWatch) watch.addSound(ptsMs, left, right);
    });
    this.#timer = o.clock.every(TICK_MS, () => this.#tick());
    this.#addClosing(this.#join());
  }

  /** `withPicture` starts pictures, and includes the present one unless its number is `seenSeq`. */
  answer({ withPicture, seenSeq }: Pick<wire.RoomWatch, 'withPicture' | 'seenSeq'>): wire.WatchedRoom.$Properties {
    const { roomKey, clock } = this.#o;
    const nowMs = clock.nowMs();
    if (withPicture) this.#wantedUntilMs = nowMs + PICTURES_WANTED_MS;
    if (this.#room === undefined) return { roomKey, state: 'joining' };
    const { jpeg, atMs } = this.#picture ?? { jpeg: undefined, atMs: nowMs };
    const people = this.#people();
    return {
      roomKey,
      state: 'watching',
      code: this.#isEncrypted(nowMs) ? 'E2EE' : '',
      seq: jpeg === undefined ? 0 : this.#seq,
      picture: withPicture && seenSeq !== this.#seq ? (jpeg ?? null) : null,
      tracks: people.flatMap((one) => this.#trackViews(one, nowMs)).slice(0, TRACKS_LISTED_MAX),
      participants: people.length,
      ageMs: Math.round(nowMs - atMs),
    };
  }

  /** Leaves the room; resolves when no process is left. Idempotent. */
  async close(): Promise<void> {
    this.#release();
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  async #join(): Promise<void> {
    try {
      const room = await this.#o.openRoom({
        identity: '',
        onTrack: (track, _publisher, demandKeyFrame) => this.#track(track, demandKeyFrame),
        onRoster: () => this.#chooseTracks(),
        onEnded: (code) => this.#end(code),
      });
      if (this.#isClosed) room.close();
      else this.#room = room;
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (typeof code !== 'string')
        this.#o.log.warn({ roomKey: this.#o.roomKey, err: error }, 'a room cannot be watched');
      this.#end(typeof code === 'string' ? code : 'INTERNAL');
    }
    this.#chooseTracks();
  }

  #end(code: string): void {
    if (this.#isClosed) return;
    this.#release();
    this.#o.onEnded(code);
  }

  #release(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.cancel();
    this.#room?.close();
    for (const known of this.#tracks.values()) this.#unwatch(known);
    this.#endPictures();
    this.#addClosing(this.#voices.close());
  }

  #track({ trackId, kind }: Track, demandKeyFrame: () => void): TrackSink | undefined {
    if ([...this.#tracks.values()].filter((one) => one.kind === kind).length >= TRACKS_PER_KIND_MAX) {
      this.#refusedIds.add(trackId);
      return undefined;
    }
    const known: RoomTrack = { kind, demandKeyFrame, watch: undefined };
    this.#tracks.set(trackId, known);
    return {
      frame: (frame) => known.watch?.frame(frame),
      muted: () => undefined, // The roster says who is muted.
      end: () => {
        this.#unwatch(known);
        this.#tracks.delete(trackId);
        for (const left of this.#refusedIds) this.#room?.offerAgain(left);
        this.#refusedIds.clear();
      },
    };
  }

  #people(): readonly Participant[] {
    return (this.#room?.roster.others() ?? []).toSorted((a, b) => a.joinedWallMs - b.joinedWallMs);
  }

  /** Follows the roster: watches the most important tracks, and ends other watches. */
  #chooseTracks(): void {
    const room = this.#room;
    if (room === undefined || this.#isClosed) return;
    const people = this.#people();
    if (people.length === 0) {
      this.#end('');
      return;
    }
    const speaking = new Set(room.roster.speakers.map(({ sessionId }) => sessionId));
    const tracks = new Map<string, Track>();
    const candidates: Candidate[] = [];
    for (const { sessionId, tracks: own } of people)
      for (const track of own.filter(isWatchable)) {
        const { trackId, kind } = track;
        if (!this.#tracks.has(trackId)) continue;
        tracks.set(trackId, track);
        candidates.push({ trackId, kind, isScreen: isScreen(track), isSpeaking: speaking.has(sessionId) });
      }
    const before = new Set([...this.#tracks].flatMap(([trackId, { watch }]) => (watch === undefined ? [] : [trackId])));
    const chosen = chooseWatched(candidates, before);
    for (const [trackId, known] of this.#tracks) {
      const track = tracks.get(trackId);
      if (track !== undefined && chosen.has(trackId)) this.#watch(known, track);
      else this.#unwatch(known);
      room.prefer(trackId, chosen.has(trackId) ? minimalPreference(track) : { paused: true, spatialLayer: undefined });
    }
  }

  #watch(known: RoomTrack, track: Track): void {
    if (known.watch !== undefined) return;
    const { trackId, width, height } = track;
    if (known.kind === 'audio') known.watch = new SoundWatch(this.#o, { trackId, voices: this.#voices });
    else {
      const aspect = width > 0 && height > 0 ? width / height : tileSize.width / tileSize.height;
      const onKeyNeeded = (): void => known.demandKeyFrame();
      known.watch = new PictureWatch(this.#o, { isScreen: isScreen(track), aspect, onKeyNeeded });
    }
    this.#needsDrawing = true;
  }

  #unwatch(known: RoomTrack): void {
    if (known.watch === undefined) return;
    this.#addClosing(known.watch.close());
    known.watch = undefined;
    this.#needsDrawing = true;
  }

  #tick(): void {
    this.#o.opus.flush();
    const nowMs = this.#o.clock.nowMs();
    for (const { watch } of this.#tracks.values())
      if (watch instanceof PictureWatch && watch.judgeNew(nowMs)) this.#needsDrawing = true;
    if (nowMs > this.#wantedUntilMs) this.#endPictures();
    else if (this.#needsDrawing && this.#room !== undefined && nowMs - this.#drawnMs >= PICTURE_MS) this.#draw(nowMs);
  }

  #draw(nowMs: number): void {
    const { supervisor, clock, log } = this.#o;
    const pictures = [...this.#tracks.values()].flatMap(({ watch }) =>
      watch instanceof PictureWatch ? [watch.recentPicture(nowMs)] : [],
    );
    const canvas = newCanvas(tileSize);
    fill(canvas, { x: 0, y: 0, ...tileSize }, BACKGROUND);
    for (const [at, cell] of cellsOf(pictures.length, tileSize).entries()) {
      const shown = pictures[at];
      if (shown !== undefined) putPicture(canvas, fitted(cell, shown.aspect), shown.picture);
    }
    const onPicture = (jpeg: Uint8Array, atMs: number): void => {
      this.#seq += 1;
      this.#picture = { jpeg, atMs };
      this.#o.onPicture();
    };
    this.#encoder ??= new TileEncoder({ supervisor, clock, log, onPicture });
    this.#encoder.write(canvas);
    this.#needsDrawing = false;
    this.#drawnMs = nowMs;
  }

  #endPictures(): void {
    if (this.#encoder === undefined) return;
    this.#addClosing(this.#encoder.close());
    this.#encoder = undefined;
    this.#needsDrawing = true;
  }

  #trackViews({ identity, tracks }: Participant, nowMs: number): wire.WatchedTrack.$Properties[] {
    return tracks.filter(isWatchable).map(({ trackId, source, mimeType }) => {
      const seen = this.#tracks.get(trackId)?.watch?.verdictAt(nowMs);
      return { identity, trackId, source, codec: codecOf(mimeType), ...(seen && inWholeMs(seen)) };
    });
  }

  #isEncrypted(nowMs: number): boolean {
    if (this.#o.supervisor.lacks.includes('picture')) return false;
    const watches = [...this.#tracks.values()].flatMap(({ watch }) => watch ?? []);
    return watches.some((one) => one.flowingMs(nowMs) >= UNDECODABLE_MS) && !watches.some((one) => one.hasDecoded);
  }

  #addClosing(work: Promise<unknown>): void {
    const waited = work.finally(() => this.#closing.delete(waited));
    this.#closing.add(waited);
  }
}

const isWatchable = ({ derivedFrom, muted }: Track): boolean => derivedFrom === undefined && !muted;
const isScreen = ({ source }: Track): boolean => source === 'screen_share';

function minimalPreference(track: Track | undefined): Parameters<WatchableRoom['prefer']>[1] {
  if (track?.kind !== 'video') return { paused: false, spatialLayer: undefined };
  const lowest = Math.min(...track.layers.map(({ spatialLayer }) => spatialLayer));
  return { paused: false, spatialLayer: track.layers.length > 1 ? lowest : undefined, temporalLayer: 0 };
}

const inWholeMs = ({ blackMs, frozenMs, silentMs, levelDb, noneMs }: TrackVerdict): TrackVerdict => ({
  blackMs: Math.round(blackMs),
  frozenMs: Math.round(frozenMs),
  silentMs: Math.round(silentMs),
  levelDb,
  noneMs: Math.round(noneMs),
});

/** Returns the codec's short name: `h264` with or without B-frames; unknown ones as in the roster. */
function codecOf(mimeType: string): string {
  const lower = mimeType.toLowerCase();
  const known = Object.entries(rosterNames).find(([, name]) => name.toLowerCase() === lower)?.[0];
  return known === 'bframes' ? 'h264' : (known ?? lower.slice(lower.indexOf('/') + 1));
}
