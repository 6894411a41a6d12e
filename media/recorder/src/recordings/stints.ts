// Stints of this recorder with their shared parts: the spool on disk, the store, and the uploader.

import { basename, join } from 'node:path';
import type { Store } from '@meridian/object-store';
import { MeridianError, partsOfRoomKey, recordingSlots } from '@meridian/protocol';
import { RoomTracks, type RoomTracksOptions, type RtpSockets, type SignalingLinks } from '@meridian/room-media';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { ComposedRoom } from '../composing/composed-room.ts';
import { LaterRoom } from '../composing/later-room.ts';
import type { Studio } from '../composing/studio.ts';
import type { JournalLine } from '../core/journal/lines.ts';
import { isStintId, recordingPrefix } from '../core/names.ts';
import type { SpoolFigures } from '../metrics.ts';
import { PageRoom } from '../pages/page-room.ts';
import type { Pages } from '../pages/pages.ts';
import { recoverStints } from '../stints/recovery.ts';
import type { JoinedRoom, RoomHooks } from '../stints/room-hooks.ts';
import { Spool } from '../stints/spool.ts';
import { Stint, type StintOptions } from '../stints/stint.ts';
import { Uploader } from '../stints/uploader.ts';
import type { RunningStint, StintOrder } from './recording-port.ts';
import { asideBytes, spooledBytes } from './spooled-bytes.ts';

/** Interval of measurements of the spool, each of which looks at all files. */
const MEASURE_MS = 15_000;
/** Time that an erasure waits for uploads in progress. */
const UPLOAD_WAIT_MS = 10_000;
const RECOVERY_RETRY_MS = 10_000;

export interface StintsOptions {
  readonly recorderId: string;
  readonly spoolDir: string;
  readonly store: Store;
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly sockets: RtpSockets;
  readonly studio: Pick<Studio, 'openComposer'>;
  readonly pages: Pick<Pages, 'show'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Called for each piece of a room's track with the time from its arrival until it is durable. */
  onFlushed(waitedMs: number): void;
}

export class Stints {
  readonly #o: StintsOptions;
  readonly #spool: Spool;
  readonly #uploader: Uploader;
  readonly #timer: Timer;
  #recoveryTimer: Timer | undefined;
  /** Ended stints that are not completely stored, with the time of their end. */
  readonly #waiting = new Map<object, number>();
  /** Uploads in progress by recording prefix, until they are stored or stay here. */
  readonly #uploads = new Map<string, Set<Promise<unknown>>>();
  /** Stints whose data is not completely in the store, or left on the disk. */
  readonly #stints = new Set<Stint>();
  /** Resolves when leftovers of an earlier process are stored or stay here. */
  #recovery = Promise.resolve();
  readonly #counts = { writtenBytes: 0, pieces: 0, gaps: 0 };
  #backlogBytes = 0;
  #asideBytes = 0;
  #isMeasuring = false;
  #isRecovered = false;
  #isClosed = false;

  /** Rejects with the error of the disk. Leftovers of an earlier process in the spool are recovered meanwhile. */
  static async open(o: StintsOptions): Promise<Stints> {
    const { spoolDir, clock, log } = o;
    const stints = new Stints(o, await Spool.open({ folder: spoolDir, clock, log }));
    stints.#recovery = stints.#recover();
    return stints;
  }

  private constructor(o: StintsOptions, space: Spool) {
    const { store, clock, rng, log } = o;
    this.#o = o;
    this.#spool = space;
    this.#uploader = new Uploader({ store, clock, rng, log });
    this.#timer = clock.every(MEASURE_MS, () => void this.#measure());
  }

  /** True if another recording may begin: the disk has room, and leftovers of an earlier process are known. */
  get canBegin(): boolean {
    return this.#isRecovered && !this.#spool.isNearlyFull;
  }

  /** Time for which the oldest piece of a room's track has waited for the disk; 0 when none waits. */
  get waitingMs(): number {
    return Math.max(0, ...[...this.#stints].map(({ waitingMs }) => waitingMs));
  }

  get figures(): SpoolFigures {
    const nowMs = this.#o.clock.nowMs();
    return {
      writtenBytes: this.#counts.writtenBytes,
      pieces: this.#counts.pieces,
      gaps: this.#counts.gaps,
      backlogBytes: this.#backlogBytes,
      oldestMs: Math.max(0, ...[...this.#waiting.values()].map((sinceMs) => nowMs - sinceMs)),
      failures: this.#uploader.counts.failures,
      isDenied: this.#uploader.isDenied,
      filesAside: this.#spool.asideCount,
      asideBytes: this.#asideBytes,
      diskShare: this.#spool.usedShare,
    };
  }

  /** Rejects with errors of the join or of the disk. */
  async open(order: StintOrder): Promise<RunningStint> {
    const { recorderId, clock, log } = this.#o;
    const { recordingId, roomKey, identity, isLater, onEnded } = order;
    const key = {};
    let room: JoinedRoom | undefined;
    let endedBy: string | undefined;
    const stint: Stint = await Stint.open({
      recordingId,
      roomKey,
      identity,
      recorderId,
      isLater,
      space: this.#spool,
      uploader: this.#uploader,
      clock,
      log,
      join: async (hooks) => {
        const onEnded = (code: string): void => {
          endedBy = code;
          hooks.onEnded(code);
        };
        room = await this.#join(order, { ...hooks, onEnded });
        return room;
      },
      onLines: (lines) => this.#count(lines),
      onFlushed: this.#o.onFlushed,
      onClosed: (why) => {
        this.#waiting.set(key, clock.nowMs());
        onEnded(why, endedBy);
      },
    });
    this.#stints.add(stint);
    this.#trackUpload(prefixOf(roomKey, recordingId), stint.outcome);
    stint.outcome
      .catch((error: unknown) => log.error({ err: error, roomKey, recordingId }, 'a stint is not brought to the store'))
      .finally(() => {
        this.#stints.delete(stint);
        this.#waiting.delete(key);
      });
    return {
      get slots() {
        if (room instanceof ComposedRoom) return recordingSlots('composed', room.participants);
        return order.mode === 'page' ? recordingSlots('page', 1) : stint.participants;
      },
      close: () => stint.close('lost'),
    };
  }

  /** Begins a stint that is composed of another one. Rejects with errors of the disk. */
  async openComposed(
    o: Pick<StintOptions, 'recordingId' | 'roomKey' | 'identity' | 'join' | 'onLines'> &
      Required<Pick<StintOptions, 'composed'>>,
  ): Promise<Stint> {
    const { recorderId, clock, log } = this.#o;
    const stint = await Stint.open({
      ...o,
      recorderId,
      space: this.#spool,
      uploader: this.#uploader,
      clock,
      log,
      onLines: (lines) => {
        this.#count(lines);
        o.onLines?.(lines);
      },
      onClosed: () => undefined,
    });
    this.#trackUpload(prefixOf(o.roomKey, o.recordingId), stint.outcome);
    return stint;
  }

  /** Returns whether the disk has data of the recording. Rejects with the error of the disk. */
  async hasSpooled(tenant: string, recordingId: string): Promise<boolean> {
    return (await this.#foldersOf(recordingPrefix(tenant, recordingId))).length > 0;
  }

  /**
   * Removes the spooled data of a recording that does not run here, including data put aside; waits for uploads in
   * progress. Rejects with OVERLOADED when those take too long, and with errors of the disk and the store.
   */
  async eraseSpooled(tenant: string, recordingId: string): Promise<void> {
    const prefix = recordingPrefix(tenant, recordingId);
    if ((await this.#foldersOf(prefix)).length > 0) await this.#awaitUploads(prefix);
    for (const folder of await this.#foldersOf(prefix)) {
      for (const name of await this.#spool.disk.list(folder)) {
        // The store may have parts of the file.
        const upload = await this.#o.store.upload(`${prefix}${basename(folder)}/${name}`);
        await upload.abort();
      }
      await this.#spool.removeStint(folder);
    }
    await this.#spool.removeAside(prefix);
  }

  #join({ mode, isLater, pageUrl, recordingId, token }: StintOrder, hooks: RoomHooks): Promise<JoinedRoom> {
    const { links, sockets, studio, pages, clock, rng, log } = this.#o;
    const times: RoomTracksOptions['times'] = mode === '' || isLater ? 'kept' : 'final';
    const openRoom = (of: Pick<RoomTracksOptions, 'identity' | 'onTrack' | 'onRoster' | 'onPosts' | 'onEnded'>) =>
      RoomTracks.open(Object.assign({ links, sockets, token, protocol: 'recorder', times, clock, rng, log }, of));
    if (mode === '') return openRoom(hooks);
    if (mode === 'page') return PageRoom.open(Object.assign({ url: pageUrl, pages, openRoom, clock, log }, hooks));
    if (isLater) return LaterRoom.open(Object.assign({ recordingId, openRoom, clock }, hooks));
    const openComposer = studio.openComposer.bind(studio);
    return ComposedRoom.open(Object.assign({ recordingId, openComposer, openRoom, clock, log }, hooks));
  }

  /** Stops all uploads; the next start continues with the disk. Idempotent. */
  async close(cause: string): Promise<void> {
    this.#isClosed = true;
    this.#timer.cancel();
    this.#recoveryTimer?.cancel();
    await this.#uploader.close();
    await this.#o.store.close(cause);
    this.#spool.close();
  }

  async #foldersOf(prefix: string): Promise<string[]> {
    const folder = this.#spool.folderOf(prefix);
    return (await this.#spool.disk.list(folder)).filter(isStintId).map((name) => join(folder, name));
  }

  #trackUpload(prefix: string, outcome: Promise<unknown>): void {
    const uploads = this.#uploads.get(prefix) ?? new Set();
    this.#uploads.set(prefix, uploads);
    const settled = (): void => {
      uploads.delete(outcome);
      if (uploads.size === 0 && this.#uploads.get(prefix) === uploads) this.#uploads.delete(prefix);
    };
    uploads.add(outcome);
    outcome.then(settled, settled);
  }

  async #awaitUploads(prefix: string): Promise<void> {
    const waitLimit = Promise.withResolvers<'late'>();
    const timer = this.#o.clock.after(UPLOAD_WAIT_MS, () => waitLimit.resolve('late'));
    const allUploads = Promise.allSettled([...(this.#uploads.get(prefix) ?? []), this.#recovery]);
    const how = await Promise.race([allUploads, waitLimit.promise]);
    timer.cancel();
    if (how === 'late') throw new MeridianError('OVERLOADED', 'recorded data is still being uploaded');
  }

  async #recover(): Promise<void> {
    const { clock, log } = this.#o;
    const key = {};
    try {
      const { stints, outcomes } = await recoverStints({ space: this.#spool, uploader: this.#uploader, clock, log });
      this.#isRecovered = true;
      if (stints === 0) return;
      log.info({ stints }, 'stints of an earlier process are uploaded');
      this.#waiting.set(key, clock.nowMs());
      await outcomes;
    } catch (error) {
      log.error({ err: error }, 'leftovers of an earlier process in the spool cannot be read; no recording begins');
      const retryLater = (): void => {
        this.#recovery = this.#recover();
      };
      if (!this.#isClosed) this.#recoveryTimer = clock.after(RECOVERY_RETRY_MS, retryLater);
    }
    this.#waiting.delete(key);
  }

  #count(lines: readonly JournalLine[]): void {
    for (const line of lines) {
      if (line.type === 'file' || line.type === 'piece') this.#counts.writtenBytes += line.bytes;
      if (line.type === 'piece') this.#counts.pieces += 1;
      if (line.type === 'gap') this.#counts.gaps += 1;
    }
  }

  async #measure(): Promise<void> {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    try {
      this.#backlogBytes = await spooledBytes(this.#spool);
      this.#asideBytes = await asideBytes(this.#spool);
    } catch (error) {
      this.#o.log.warn({ err: error }, 'the spool cannot be measured');
    }
    this.#isMeasuring = false;
  }
}

const prefixOf = (roomKey: string, recordingId: string): string =>
  recordingPrefix(partsOfRoomKey(roomKey)?.tenant ?? '', recordingId);
