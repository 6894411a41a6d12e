// Assembles the journal of one stint.
import { JournalError } from './errors.ts';
import type {
  FileBegun,
  JournalLine,
  MuteChanged,
  PieceWritten,
  PostNoted,
  StintBegun,
  StintEnded,
  TrackBegun,
} from './lines.ts';
import type { ManifestPiece } from './manifest.ts';
import { microseconds, type Stretch } from './spans.ts';
import type { Presence, StoredFile } from './track-story.ts';

export interface StintStory {
  readonly begun: StintBegun;
  readonly offsetMs: number;
  readonly toMs: number;
  readonly why: StintEnded['why'] | undefined;
  readonly presences: readonly Presence[];
  readonly speakers: readonly { readonly identity: string; readonly ms: number }[];
  readonly posts: readonly PostNoted[];
  readonly removed: ReadonlyMap<string, number>;
}

interface OpenTrack {
  readonly begun: TrackBegun;
  readonly muted: Stretch[];
  mutedMs: number | undefined;
  readonly gaps: Stretch[];
  readonly files: OpenFile[];
  readonly runs: Map<number, OpenFile['run']>;
  endMs: number | undefined;
}
export interface OpenFile {
  readonly begun: FileBegun;
  readonly pieces: { -readonly [F in keyof ManifestPiece]: ManifestPiece[F] }[];
  /** Shared by the files of one run. */
  readonly run: { laterMs: number };
  end: StoredFile['end'];
  refusal: StoredFile['refusal'];
}

/** Journal of one stint, read line by line. Of the many pieces it keeps only what a manifest needs. */
export class StintReading {
  begun: StintBegun | undefined;
  end: StintEnded | undefined;
  lines = 0;
  lastMs = 0;
  readonly files = new Map<number, OpenFile>();
  /** Times are of the stint until `story`. */
  readonly #speakers: { readonly identity: string; readonly ms: number }[] = [];
  readonly #posts: PostNoted[] = [];
  readonly #removed = new Map<string, number>();
  readonly #tracks = new Map<number, OpenTrack>();
  #keptMs = 0;
  #broken: JournalError | undefined;

  /** Throws JournalError JOURNAL_GARBLED when a line did not fit the earlier ones. */
  check(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** Takes a line; a line that does not fit is skipped and makes `check` throw. */
  take(line: JournalLine): void {
    this.lines += 1;
    if ('ms' in line) this.lastMs = Math.max(this.lastMs, line.ms + ('durationMs' in line ? line.durationMs : 0));
    switch (line.type) {
      case 'stint':
        this.begun ??= line;
        break;
      case 'track':
        this.#track(line);
        break;
      case 'file':
        this.#file(line);
        break;
      case 'piece':
        this.#piece(line);
        break;
      case 'fileEnd':
        this.#update('file', line.file, this.files, (file) => {
          file.end = { bytes: line.bytes, sha256: line.sha256 };
        });
        break;
      case 'fileRefused':
        this.#update('file', line.file, this.files, (file) => {
          file.refusal = line.code;
        });
        break;
      case 'muted':
      case 'unmuted':
        this.#update('track', line.track, this.#tracks, (track) => mute(track, line));
        break;
      case 'gap':
        this.#update('track', line.track, this.#tracks, ({ gaps }) =>
          gaps.push({ fromMs: line.ms, toMs: line.ms + line.durationMs }),
        );
        break;
      case 'trackEnd':
        this.#update('track', line.track, this.#tracks, (track) => {
          track.endMs ??= line.ms;
        });
        break;
      case 'speaker':
        this.#speakers.push({ identity: line.identity, ms: line.ms });
        break;
      case 'post':
        this.#posts.push(line);
        break;
      case 'postRemoved':
        this.#removed.set(line.postId, line.ms);
        break;
      case 'end':
        this.end ??= line;
    }
  }

  /**
   * Returns the contents in times of the recording; `offsetMs` is the stint's beginning. Call it once, because it moves
   * the pieces in place. Throws as `check` does.
   */
  story(begun: StintBegun, offsetMs: number): StintStory {
    this.check();
    // A stint that was cut off by a crash ends with its last kept piece.
    const toMs = offsetMs + (this.end?.ms ?? this.#keptMs);
    const o = { stintId: begun.stintId, offsetMs, toMs };
    return {
      begun,
      offsetMs,
      toMs,
      why: this.end?.why,
      presences: [...this.#tracks.values()].map((track) => presenceOf(track, o)),
      speakers: this.#speakers.map(({ identity, ms }) => ({ identity, ms: offsetMs + ms })),
      posts: this.#posts.map((post) =>
        Object.assign({}, post, { ms: offsetMs + post.ms, pictureMs: offsetMs + post.pictureMs }),
      ),
      removed: new Map([...this.#removed].map(([postId, ms]) => [postId, offsetMs + ms])),
    };
  }

  #track(begun: TrackBegun): void {
    const track = { begun, muted: [], mutedMs: undefined, gaps: [], files: [], runs: new Map(), endMs: undefined };
    if (this.#tracks.has(begun.track)) this.#garbled(`track ${begun.track} begins twice`);
    else this.#tracks.set(begun.track, track);
  }

  #file(begun: FileBegun): void {
    if (this.files.has(begun.file)) this.#garbled(`file ${begun.file} begins twice`);
    this.#update('track', begun.track, this.#tracks, ({ runs, files }) => {
      const run = (begun.run === undefined ? undefined : runs.get(begun.run)) ?? { laterMs: 0 };
      if (begun.run !== undefined) runs.set(begun.run, run);
      const file = { begun, pieces: [], run, end: undefined, refusal: undefined };
      this.files.set(begun.file, file);
      files.push(file);
    });
  }

  #piece({ file: number, ms, durationMs, offset, bytes, sha256, isKey, laterMs }: PieceWritten): void {
    this.#update('file', number, this.files, ({ pieces, run }) => {
      pieces.push({ ms, durationMs, offset, bytes, sha256, isKey });
      if (laterMs !== undefined) run.laterMs = laterMs;
      this.#keptMs = Math.max(this.#keptMs, ms + durationMs);
    });
  }

  #update<T>(what: 'track' | 'file', number: number, known: ReadonlyMap<number, T>, change: (one: T) => void): void {
    const entry = known.get(number);
    if (entry === undefined) this.#garbled(`there is no ${what} ${number}`);
    else change(entry);
  }

  #garbled(what: string): void {
    this.#broken ??= new JournalError('JOURNAL_GARBLED', what);
  }
}

function mute(track: OpenTrack, { type, ms }: MuteChanged): void {
  if (type === 'muted') track.mutedMs ??= ms;
  else if (track.mutedMs !== undefined) {
    track.muted.push({ fromMs: track.mutedMs, toMs: ms });
    track.mutedMs = undefined;
  }
}

function presenceOf(track: OpenTrack, o: { stintId: string; offsetMs: number; toMs: number }): Presence {
  const { begun, muted, mutedMs, gaps, files, endMs } = track;
  const { stintId, offsetMs } = o;
  const later = (all: readonly Stretch[]): Stretch[] =>
    all.map(({ fromMs, toMs }) => ({ fromMs: offsetMs + fromMs, toMs: offsetMs + toMs }));
  const fromMs = offsetMs + begun.ms;
  const toMs = Math.max(fromMs, endMs === undefined ? o.toMs : offsetMs + endMs);
  const isMuted = mutedMs !== undefined;
  const mutedStretches = isMuted ? [...later(muted), { fromMs: offsetMs + mutedMs, toMs }] : later(muted);
  const stored = files.map((file) => storedFile(file, offsetMs));
  return { stintId, begun, fromMs, toMs, muted: mutedStretches, isMuted, gaps: later(gaps), files: stored };
}

/** No time is before the recording, whatever the reports say. */
function storedFile({ begun, pieces: all, run, end, refusal }: OpenFile, offsetMs: number): StoredFile {
  const pieces = withoutOrphans(all, begun.bytes);
  const laterMs = Math.max(run.laterMs, -(offsetMs + (pieces[0]?.ms ?? begun.ms)));
  const fromMs = offsetMs + laterMs + begun.ms;
  for (const piece of pieces) piece.ms = microseconds(offsetMs + laterMs + piece.ms);
  return { fromMs, laterMs, begun, pieces, end, refusal };
}

/** After the bytes of a garbled line only a key frame continues: pieces before it refer to the missing bytes. */
function withoutOrphans<T extends ManifestPiece>(pieces: readonly T[], initBytes: number): readonly T[] {
  let at = initBytes;
  return pieces.filter(({ offset, bytes, isKey }) => {
    const continues = offset === at || isKey;
    if (continues) at = offset + bytes;
    return continues;
  });
}
