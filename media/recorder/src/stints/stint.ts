// Stint: a recorder's work on a recording, from joining its room to the end. Tracks become files and a journal on the
// disk, which are uploaded to the store during the call and afterwards.
import type { PostsChange } from '@meridian/client';
import { limits } from '@meridian/protocol';
import type { Scene } from '@meridian/room-media';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { JOURNAL_VERSION, type JournalLine, type StintEnded } from '../core/journal/lines.ts';
import { POSTS_MAX } from '../core/journal/posts.ts';
import { JOURNAL_LINES_MAX } from '../core/journal/read.ts';
import { SceneWriter } from '../core/journal/scenes.ts';
import { stintIdOf, stintPrefix } from '../core/names.ts';
import type { JoinedRoom, RoomHooks, StintPublisher, StintSink, StintSource } from './room-hooks.ts';
import type { Spool } from './spool.ts';
import { FILES_MAX, StintSpool } from './stint-spool.ts';
import { StintTrack } from './stint-track.ts';
import { type StintOutcome, StintUploads } from './stint-uploads.ts';
import type { SpooledFile } from './track-spool.ts';
import type { Uploader } from './uploader.ts';

/** Interval at which silent tracks are written to the disk. */
const TICK_MS = 500;
/** Bound of the tracks that a session receives at once. */
export const TRACKS_MAX = limits.subscriptionsPerParticipantMax;
/** A start reads the journal before anything begins: ten tracks for two days. Beyond it the stint ends. */
const JOURNAL_BYTES_MAX = 256 * 1_048_576;
/** Bytes that may wait for the disk while more are composed. */
const WAITING_BYTES_MAX = 8 * 1_048_576;
/** Lower than the bound of readers, to leave lines for files that end later. */
const JOURNAL_LINES = JOURNAL_LINES_MAX - 2 * FILES_MAX;
/** Time that an end waits for the disk; the next start recovers the rest, as after a crash. */
const CLOSE_LIMIT_MS = 5000;

export type EndWhy = StintEnded['why'];

export interface StintOptions {
  readonly recordingId: string;
  readonly roomKey: string;
  /** Participant whose tracks are recorded; `''` for the whole room. */
  readonly identity: string;
  readonly recorderId: string;
  /** True for tracks and scenes that are composed after the end. */
  readonly isLater?: boolean;
  /** Set for a stint that is composed of another one. It comes to the store as a whole, at its end. */
  readonly composed?: ComposedStint;
  readonly space: Spool;
  readonly uploader: Uploader;
  readonly clock: Clock;
  readonly log: Logger;
  /** Joins the room (`RoomTracks.open`, `ComposedRoom.open`); rejects if it cannot. */
  join(hooks: RoomHooks): Promise<JoinedRoom>;
  onLines?(lines: readonly JournalLine[]): void;
  onFlushed?(waitedMs: number): void;
  onClosed(why: EndWhy): void;
}

/** Stint of whose tracks another one is composed, and the time that has been composed. */
export interface ComposedStint {
  readonly of: string;
  readonly startedWallMs: number;
  /** Returns the time since that stint began. */
  nowMs(): number;
}

/** Returns the reason of a stint's end by the code of its session's end. */
export function whyOf(code: string): EndWhy {
  if (code === 'RECORDING_ENDED' || code === 'ROOM_ENDED') return 'ended';
  return code === 'RECORDING_ELSEWHERE' ? 'elsewhere' : 'lost';
}

export class Stint {
  readonly stintId: string;
  readonly #o: StintOptions;
  readonly #startedMs: number;
  readonly #spool: StintSpool;
  readonly #uploads: StintUploads;
  readonly #tracks = new Map<number, StintTrack>();
  readonly #scenes = new SceneWriter();
  readonly #outcome = Promise.withResolvers<StintOutcome>();
  #timer: Timer | undefined;
  #room: JoinedRoom | undefined;
  readonly #startedWallMs: number;
  /** Files of a composed stint, which are uploaded at its end. */
  readonly #files = new Set<SpooledFile>();
  #lastTrackNumber = 0;
  #postCount = 0;
  #speaker = '';
  #closed: Promise<void> | undefined;

  /**
   * Joins the room and records from then on. Rejects with errors of the join or the disk, or with a `RangeError` for
   * invalid names, and then leaves nothing behind.
   */
  static async open(o: StintOptions): Promise<Stint> {
    const { recordingId, roomKey, identity, recorderId, space, clock, log } = o;
    const { composed } = o;
    // The id has the time at which it was composed, so that it differs from that of the other stint.
    const startedMs = composed === undefined ? clock.nowMs() : 0;
    let startedWallMs = Math.floor(clock.wallMs());
    const prefixOf = (): string => stintPrefix({ roomKey, recordingId, startedWallMs, recorderId });
    // Wall clocks may go back, and no stint may overwrite another.
    const isTaken = async (): Promise<boolean> =>
      stintIdOf(startedWallMs, recorderId) === composed?.of ||
      (await space.disk.size(space.folderOf(prefixOf()))) !== undefined;
    while (await isTaken()) startedWallMs += 1;
    const prefix = prefixOf();
    const folder = space.folderOf(prefix);
    let stint: Stint | undefined;
    const spool: StintSpool = await StintSpool.open({
      folder,
      disk: space.disk,
      clock,
      log,
      isFull: () => space.isFull,
      onKeyNeeded: (track) => stint?.demandKeyFrame(track),
      onLines: (lines) => o.onLines?.(lines),
      onWaiting: (bytes) => space.noteWaiting(bytes),
      onFlushed: (waitedMs) => o.onFlushed?.(waitedMs),
      onFile: (file) => (composed === undefined ? uploads.file(file) : stint?.keep(file)),
      onFailed: (error) => stint?.fail(error),
    });
    const uploads = new StintUploads({ prefix, space, spool: () => spool, uploader: o.uploader, clock, log });
    const stintId = stintIdOf(startedWallMs, recorderId);
    stint = new Stint(o, { spool, uploads, stintId, startedMs, startedWallMs });
    spool.note({
      type: 'stint',
      version: JOURNAL_VERSION,
      recordingId,
      roomKey,
      identity,
      stintId,
      recorderId,
      startedWallMs: composed?.startedWallMs ?? startedWallMs,
      composedOf: composed?.of,
      later: o.isLater === true ? true : undefined,
    });
    try {
      await stint.#join();
    } catch (error) {
      await spool.close();
      await space.removeStint(folder);
      throw error;
    }
    return stint;
  }

  private constructor(
    o: StintOptions,
    parts: { spool: StintSpool; uploads: StintUploads; stintId: string; startedMs: number; startedWallMs: number },
  ) {
    this.#o = o;
    this.stintId = parts.stintId;
    this.#startedMs = parts.startedMs;
    this.#startedWallMs = parts.startedWallMs;
    this.#spool = parts.spool;
    this.#uploads = parts.uploads;
  }

  /** Slots in use: participants with a recorded track, at least 1. */
  get participants(): number {
    return Math.max(1, new Set([...this.#tracks.values()].map(({ identity }) => identity)).size);
  }
  get tracks(): number {
    return this.#tracks.size;
  }
  /** Time for which the oldest piece has waited for the disk; 0 when none waits. */
  get waitingMs(): number {
    return this.#spool.waitingMs;
  }
  /** Settles some time after `close`: when the store has everything, or this process gives up. */
  get outcome(): Promise<StintOutcome> {
    return this.#outcome.promise;
  }

  /** Leaves the room; resolves when the recorded data is on the disk, or after the time limit. Idempotent. */
  close(why: EndWhy): Promise<void> {
    this.#closed ??= this.#close(why);
    return this.#closed;
  }

  /** Ends a composed stint and removes it; nothing of it has come to the store. Idempotent, also with `close`. */
  discard(): Promise<void> {
    this.#closed ??= this.#discard();
    return this.#closed;
  }

  /** Adds a line of the stint of which this one is composed. */
  carry(line: JournalLine): void {
    this.#spool.note(line);
  }

  /** Resolves when little waits for the disk. */
  async written(): Promise<void> {
    if (this.#spool.queuedBytes > WAITING_BYTES_MAX) await this.#spool.flushed();
  }

  keep(file: SpooledFile): void {
    this.#files.add(file);
  }

  demandKeyFrame(track: number): void {
    this.#tracks.get(track)?.demandKeyFrame();
  }

  /** Ends the stint because the spool has failed; the next start recovers its data. */
  fail(error: unknown): void {
    if (this.#closed !== undefined) return;
    this.#o.log.error({ err: error, stintId: this.stintId }, 'a stint ends: the spool takes no more');
    this.#end('lost');
  }

  async #join(): Promise<void> {
    let endedBy: string | undefined;
    const room = await this.#o.join({
      identity: this.#o.identity,
      onTrack: (track, publisher, demandKeyFrame) => this.#track(track, publisher, demandKeyFrame),
      // Posts belong to the whole room, not to one participant.
      ...(this.#o.identity === '' && { onPosts: (change: PostsChange) => this.#posts(change) }),
      ...(this.#o.isLater === true && { onScene: (scene: Scene) => this.#scene(scene) }),
      onEnded: (code) => {
        endedBy = code;
        if (this.#room !== undefined) this.#end(whyOf(code));
      },
    });
    this.#room = room;
    if (this.#closed !== undefined) {
      room.close();
      return;
    }
    this.#timer = this.#o.clock.every(TICK_MS, () => this.#tick());
    if (this.#o.composed === undefined) this.#uploads.beginSlices();
    if (endedBy !== undefined) this.#end(whyOf(endedBy));
  }

  #end(why: EndWhy): void {
    const closed = this.#o.composed === undefined ? this.close(why) : this.discard();
    closed.catch((error) => this.#o.log.error({ err: error, stintId: this.stintId }, 'a stint does not close'));
  }

  async #close(why: EndWhy): Promise<void> {
    // Deferred, because the call that found the reason may be one of the spool's own.
    await Promise.resolve();
    this.#timer?.cancel();
    this.#room?.close();
    for (const track of [...this.#tracks.values()]) track.end();
    this.#spool.note({ type: 'end', why, ms: this.#ms() });
    const closeLimit = Promise.withResolvers<'late'>();
    const timer = this.#o.clock.after(CLOSE_LIMIT_MS, () => closeLimit.resolve('late'));
    const how = await Promise.race([this.#spool.flushed(), closeLimit.promise]);
    timer.cancel();
    if (how === 'late') await this.#spool.close();
    for (const file of this.#files) this.#uploads.file(file);
    this.#outcome.resolve(this.#uploads.finish());
    this.#o.onClosed(why);
  }

  async #discard(): Promise<void> {
    await Promise.resolve();
    this.#timer?.cancel();
    this.#room?.close();
    await this.#spool.close();
    await this.#o.space.removeStint(this.#spool.folder);
    this.#outcome.resolve('left');
    this.#o.onClosed('lost');
  }

  #ms(): number {
    return Math.round(this.#nowMs() - this.#startedMs);
  }

  #nowMs(): number {
    return (this.#o.composed ?? this.#o.clock).nowMs();
  }

  #track(
    track: StintSource,
    { identity, name: participantName }: StintPublisher,
    demandKeyFrame: () => void,
  ): StintSink | undefined {
    const { log } = this.#o;
    const { trackId, kind, source, name } = track;
    if (this.#closed !== undefined || this.#tracks.size >= TRACKS_MAX) {
      log.warn({ trackId, stintId: this.stintId }, 'a track is not recorded: there are too many');
      return undefined;
    }
    this.#lastTrackNumber += 1;
    const number = this.#lastTrackNumber;
    const about = { trackId, kind, source, identity, name, participantName };
    this.#spool.note(Object.assign({ type: 'track' as const, track: number, ms: this.#ms() }, about));
    const sink = new StintTrack({
      number,
      identity,
      kind,
      spool: this.#spool,
      startedMs: this.#startedMs,
      nowMs: () => this.#nowMs(),
      demandKeyFrame,
      onEnd: () => this.#tracks.delete(number),
      onError: (error) => log.error({ trackId, err: error }, 'a track is no longer recorded, because of an error'),
    });
    this.#tracks.set(number, sink);
    return sink;
  }

  #scene({ participants, layout }: Scene): void {
    if (this.#closed !== undefined || this.#scenes.isFull) return;
    const timed = participants.map((one) => {
      const { speakingSinceMs: sinceMs } = one;
      const speakingSinceMs = sinceMs === undefined ? undefined : Math.round(sinceMs - this.#startedMs);
      return Object.assign({}, one, { speakingSinceMs });
    });
    for (const line of this.#scenes.change({ participants: timed, layout }, this.#ms())) this.#spool.note(line);
    if (this.#scenes.isFull)
      this.#o.log.warn({ stintId: this.stintId }, 'the scenes of a stint are too many: the last one stays');
  }

  /** Posts have wall times of the service, whose clock differs little from the recorder's. */
  #posts({ added, removedIds }: PostsChange): void {
    if (this.#closed !== undefined) return;
    const nowMs = this.#ms();
    const within = (wallMs: number, toMs: number): number =>
      Math.round(Math.min(toMs, Math.max(0, wallMs - this.#startedWallMs)));
    for (const { postId, kind, identity, name, text, style, wallMs, pictureWallMs } of added) {
      if (this.#postCount >= POSTS_MAX) break;
      this.#postCount += 1;
      const ms = within(wallMs, nowMs);
      const pictureMs = within(pictureWallMs || wallMs, ms);
      this.#spool.note({ type: 'post', postId, kind, identity, name, text, style, pictureMs, ms });
    }
    for (const postId of removedIds) this.#spool.note({ type: 'postRemoved', postId, ms: nowMs });
  }

  #tick(): void {
    for (const track of [...this.#tracks.values()]) track.elapse();
    const speaker = this.#loudest();
    if (speaker !== this.#speaker) {
      this.#speaker = speaker;
      this.#spool.note({ type: 'speaker', identity: speaker, ms: this.#ms() });
    }
    const { journalBytes, journalLines } = this.#spool;
    if (journalBytes > JOURNAL_BYTES_MAX || journalLines > JOURNAL_LINES) this.#end('lost');
  }

  #loudest(): string {
    const roster = this.#room?.roster;
    let [identity, levelDbov] = ['', Number.NEGATIVE_INFINITY];
    for (const speaker of roster?.speakers ?? []) {
      const participant = roster?.get(speaker.sessionId);
      if (participant === undefined || speaker.levelDbov <= levelDbov) continue;
      if (this.#o.identity !== '' && participant.identity !== this.#o.identity) continue;
      [identity, levelDbov] = [participant.identity, speaker.levelDbov];
    }
    return identity;
  }
}
