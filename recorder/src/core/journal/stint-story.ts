// What the journal of one stint says, put together. Times are of the recording.
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
import type { Stretch } from './spans.ts';
import type { Presence, StoredFile } from './track-story.ts';

export interface StintStory {
  readonly begun: StintBegun;
  readonly offsetMs: number;
  readonly toMs: number;
  readonly why: StintEnded['why'] | undefined;
  readonly presences: readonly Presence[];
  readonly speakers: readonly { readonly identity: string; readonly ms: number }[];
  readonly posts: readonly PostNoted[];
  /** When posts were removed, by id. */
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
interface OpenFile {
  readonly begun: FileBegun;
  readonly pieces: PieceWritten[];
  /** Files of one run share it. */
  readonly run: { laterMs: number };
  end: StoredFile['end'];
  refusal: StoredFile['refusal'];
}

/**
 * @param journal its first line is `begun`
 * @param offsetMs when the stint began
 * @throws JournalError: JOURNAL_GARBLED when a line names a track or file that no line before it begins, or begins one
 * again
 */
export function stintStory(journal: readonly JournalLine[], begun: StintBegun, offsetMs: number): StintStory {
  const reading = new Reading(offsetMs);
  for (const line of journal) reading.take(line);
  const { end, speakers, posts, removed } = reading;
  // Cut off by a crash, it ends with what it kept last.
  const toMs = offsetMs + (end?.ms ?? reading.keptMs);
  const presences = reading.tracks.map((track) => presenceOf(track, { stintId: begun.stintId, offsetMs, toMs }));
  return { begun, offsetMs, toMs, why: end?.why, presences, speakers, posts, removed };
}

class Reading {
  readonly speakers: { readonly identity: string; readonly ms: number }[] = [];
  readonly posts: PostNoted[] = [];
  readonly removed = new Map<string, number>();
  end: StintEnded | undefined;
  /** The end of the last piece of all. */
  keptMs = 0;
  readonly #offsetMs: number;
  readonly #tracks = new Map<number, OpenTrack>();
  readonly #files = new Map<number, OpenFile>();

  constructor(offsetMs: number) {
    this.#offsetMs = offsetMs;
  }

  get tracks(): OpenTrack[] {
    return [...this.#tracks.values()];
  }

  take(line: JournalLine): void {
    switch (line.type) {
      case 'stint':
        break;
      case 'track':
        this.#track(line);
        break;
      case 'file':
        this.#begin(line);
        break;
      case 'piece':
        this.#piece(line);
        break;
      case 'fileEnd':
        this.#file(line.file).end = { bytes: line.bytes, sha256: line.sha256 };
        break;
      case 'fileRefused':
        this.#file(line.file).refusal = line.code;
        break;
      case 'muted':
      case 'unmuted':
        this.#mute(line);
        break;
      case 'gap':
        this.#known(line.track).gaps.push(this.#times(line.ms, line.ms + line.durationMs));
        break;
      case 'trackEnd':
        this.#known(line.track).endMs ??= line.ms;
        break;
      case 'speaker':
        this.speakers.push({ identity: line.identity, ms: this.#offsetMs + line.ms });
        break;
      case 'post':
        this.posts.push(
          Object.assign({}, line, { ms: this.#offsetMs + line.ms, pictureMs: this.#offsetMs + line.pictureMs }),
        );
        break;
      case 'postRemoved':
        this.removed.set(line.postId, this.#offsetMs + line.ms);
        break;
      case 'end':
        this.end ??= line;
    }
  }

  #times(fromMs: number, toMs: number): Stretch {
    return { fromMs: this.#offsetMs + fromMs, toMs: this.#offsetMs + toMs };
  }

  #begin(begun: FileBegun): void {
    if (this.#files.has(begun.file)) throw garbled(`file ${begun.file} begins twice`);
    const { runs, files } = this.#known(begun.track);
    const run = (begun.run === undefined ? undefined : runs.get(begun.run)) ?? { laterMs: 0 };
    if (begun.run !== undefined) runs.set(begun.run, run);
    const file = { begun, pieces: [], run, end: undefined, refusal: undefined };
    this.#files.set(begun.file, file);
    files.push(file);
  }

  #piece(piece: PieceWritten): void {
    const { pieces, run } = this.#file(piece.file);
    pieces.push(piece);
    if (piece.laterMs !== undefined) run.laterMs = piece.laterMs;
    this.keptMs = Math.max(this.keptMs, piece.ms + piece.durationMs);
  }

  #track(begun: TrackBegun): void {
    if (this.#tracks.has(begun.track)) throw garbled(`track ${begun.track} begins twice`);
    const track = { begun, muted: [], mutedMs: undefined, gaps: [], files: [], runs: new Map(), endMs: undefined };
    this.#tracks.set(begun.track, track);
  }

  #mute({ type, track: number, ms }: MuteChanged): void {
    const track = this.#known(number);
    if (type === 'muted') track.mutedMs ??= ms;
    else if (track.mutedMs !== undefined) {
      track.muted.push(this.#times(track.mutedMs, ms));
      track.mutedMs = undefined;
    }
  }

  #known(number: number): OpenTrack {
    const track = this.#tracks.get(number);
    if (track === undefined) throw garbled(`there is no track ${number}`);
    return track;
  }

  #file(number: number): OpenFile {
    const file = this.#files.get(number);
    if (file === undefined) throw garbled(`there is no file ${number}`);
    return file;
  }
}

const garbled = (what: string): JournalError => new JournalError('JOURNAL_GARBLED', what);

function presenceOf(track: OpenTrack, o: { stintId: string; offsetMs: number; toMs: number }): Presence {
  const { begun, muted, mutedMs, gaps, files, endMs } = track;
  const { stintId, offsetMs } = o;
  const fromMs = offsetMs + begun.ms;
  const toMs = Math.max(fromMs, endMs === undefined ? o.toMs : offsetMs + endMs);
  const isMuted = mutedMs !== undefined;
  const all = isMuted ? [...muted, { fromMs: offsetMs + mutedMs, toMs }] : muted;
  const stored = files.map((file) => storedFile(file, offsetMs));
  return { stintId, begun, fromMs, toMs, muted: all, isMuted, gaps, files: stored };
}

/** Nothing is earlier than the recording, whatever reports say. */
function storedFile({ begun, pieces, run, end, refusal }: OpenFile, offsetMs: number): StoredFile {
  const laterMs = Math.max(run.laterMs, -(offsetMs + (pieces[0]?.ms ?? begun.ms)));
  return { offsetMs, laterMs, begun, pieces, end, refusal };
}
