// Journal of this instance's rooms, sent to any instance of the api until it is stored there (docs/rooms.md, A room's
// life). Rooms run without an api: unstored entries wait, within bounds, even long after their room has closed.
import {
  MeridianError,
  type Participant,
  participantToWire,
  type RoomDifference,
  type RoomRecording,
  type RoomState,
  recorderOf,
  roomInfoToWire,
  type Track,
  trackToWire,
  wire,
} from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import {
  type JournalBatch,
  type JournalEntry,
  JournalQueue,
  type JournalStream,
  recorderSessions,
} from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';

export interface JournalOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Calls any instance of the api. Rejects with NODE_UNREACHABLE when there is none. */
  call(message: wire.Journal.$Properties): Promise<Pick<wire.JournalStored, 'seq'>>;
  readonly queue?: JournalQueue;
  /** Reports entries stored by the api, or lost forever. */
  onSettled?(outcome: 'stored' | 'lost', entries: number): void;
}

export class Journal {
  readonly #o: JournalOptions;
  readonly #queue: JournalQueue;
  #sendCount = 0;
  #failures = 0;
  #retry: Timer | undefined;
  #closed = false;
  readonly #drained = new Set<() => void>();

  constructor(o: JournalOptions) {
    this.#o = o;
    this.#queue = o.queue ?? new JournalQueue(bounds.journal);
  }

  get size(): number {
    return this.#queue.size;
  }
  get lost(): number {
    return this.#queue.lost;
  }

  /** Opens a room's journal before its first change; with its participants if this life has begun before. */
  room(room: { readonly roomKey: string; readonly epoch: number }, state: RoomState): RoomJournal {
    return new RoomJournal({
      state,
      open: ({ sid, createdWallMs }) => this.#queue.open({ ...room, sid, createdWallMs }),
      add: (stream, entry) => this.#add(stream, entry),
      close: (stream) => this.#queue.close(stream),
    });
  }

  /** Delivers again at once, since an instance of the api is reachable. */
  wake(): void {
    this.#failures = 0;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#deliver();
  }

  /** Resolves when everything is stored or delivery has ended, at the latest after `withinMs`. */
  async flush(withinMs: number): Promise<void> {
    if (this.#closed || this.#queue.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(withinMs, resolve);
    this.#drained.add(resolve);
    this.wake();
    await promise;
    timer.cancel();
    this.#drained.delete(resolve);
    if (this.#queue.size > 0) this.#o.log.warn({ entries: this.#queue.size }, 'entries of the journal are not stored');
  }

  /** Ends the delivery. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    for (const resolve of this.#drained) resolve();
  }

  #add(stream: JournalStream, entry: JournalEntry): void {
    const dated = { ...entry, wallMs: this.#o.clock.wallMs() };
    const { lost } = this.#queue;
    this.#queue.add(stream, dated, wire.JournalEntry.encode(dated).len);
    this.#count('lost', this.#queue.lost - lost);
    if (lost === 0 && this.#queue.lost > 0) this.#o.log.warn('the journal is full: its oldest entries are dropped');
    this.#deliver();
  }

  #deliver(): void {
    while (!this.#closed && this.#retry === undefined && this.#sendCount < bounds.journalCallsMax) {
      const batch = this.#queue.next();
      if (batch === undefined) return;
      this.#sendCount += 1;
      void this.#send(batch);
    }
  }

  async #send({ stream, lost, entries, seq }: JournalBatch): Promise<void> {
    const { roomKey, sid, epoch, createdWallMs } = stream;
    try {
      const taken = await this.#o.call({ roomKey, sid, epoch, createdWallMs, lost, entries: [...entries] });
      if (taken.seq < seq) throw new MeridianError('INTERNAL', 'the api has not stored all that it was sent');
      const before = this.#queue.size;
      this.#queue.acknowledge(stream, taken.seq);
      this.#count('stored', before - this.#queue.size);
      this.#failures = 0;
    } catch (error) {
      this.#failed(stream, seq, error);
    }
    this.#sendCount -= 1;
    if (this.#queue.size === 0) for (const resolve of this.#drained) resolve();
    this.#deliver();
  }

  #count(outcome: 'stored' | 'lost', entries: number): void {
    if (entries > 0) this.#o.onSettled?.(outcome, entries);
  }

  #failed(stream: JournalStream, seq: number, error: unknown): void {
    const { log, clock, rng } = this.#o;
    if (codeOf(error) === 'REQUEST_INVALID') {
      log.error(
        { err: error, roomKey: stream.roomKey, sid: stream.sid, seq },
        'the api refuses entries of the journal',
      );
      const before = this.#queue.lost;
      this.#queue.refused(stream, seq);
      this.#count('lost', this.#queue.lost - before);
      return;
    }
    this.#queue.failed(stream);
    this.#failures += 1;
    log.debug({ err: error, roomKey: stream.roomKey }, 'entries of the journal wait');
    if (this.#closed) return;
    const waitMs = Math.min(bounds.journalRetryMsMax, 250 * 2 ** Math.min(this.#failures, 10)) * (0.5 + rng.next() / 2);
    this.#retry ??= clock.after(waitMs, () => {
      this.#retry = undefined;
      this.#deliver();
    });
  }
}

interface RoomJournalOptions {
  readonly state: RoomState;
  open(life: { readonly sid: string; readonly createdWallMs: number }): JournalStream;
  add(stream: JournalStream, entry: JournalEntry): void;
  close(stream: JournalStream): void;
}

interface RunningRecording {
  readonly recording: RoomRecording;
  readonly recorderId: string;
  /** True while the recorder is in the room. */
  readonly isPresent: boolean;
}

/** Records a room from its differences, without hidden participants and renditions. */
export class RoomJournal {
  readonly #o: RoomJournalOptions;
  readonly #runningRecordings = new Map<string, RunningRecording>(); // by recording
  #stream: JournalStream | undefined;
  #isOver = false;

  constructor(o: RoomJournalOptions) {
    this.#o = o;
    const present = o.state.participants().filter(({ hidden }) => !hidden);
    if (present.length === 0) return;
    this.#begin({ takenOver: { participants: present.map(infoOf) } });
    this.#recordRecordings();
  }

  /** True once a person has been in this life of the room, until it ends. */
  get hasBegun(): boolean {
    return this.#stream !== undefined;
  }

  record(differences: readonly RoomDifference[]): void {
    for (const one of differences) {
      if (!('participant' in one && one.participant.hidden)) this.#record(one);
      else if (one.type === 'participantLeft') this.#recorderLeft(one);
    }
    this.#recordRecordings();
  }

  /** Records the end of this life of the room. Idempotent. */
  recordEnd(reason: 'empty' | 'ended'): void {
    this.#endRecordings(() => true);
    this.#add({ over: { reason } });
    this.#isOver = true;
    this.close();
  }

  /** Closes the stream when the room is no longer owned here. Idempotent. */
  close(): void {
    if (this.#stream !== undefined) this.#o.close(this.#stream);
    this.#stream = undefined;
  }

  #begin(firstEntry: JournalEntry): void {
    const { info } = this.#o.state;
    if (info.sid === '' || this.#isOver) return;
    this.#stream = this.#o.open(info);
    this.#add(firstEntry);
  }

  #record(one: RoomDifference): void {
    switch (one.type) {
      case 'participantJoined':
        // A life begins with its first person.
        if (this.#stream === undefined) this.#begin({ opened: { participants: [] } });
        this.#add({ joined: {}, participant: infoOf(one.participant) });
        for (const track of one.participant.tracks) this.#published(one.participant, track);
        return;
      case 'participantLeft':
        for (const track of one.participant.tracks) this.#unpublished(one.participant, track, one.reason);
        this.#add({ left: { reason: one.reason }, participant: infoOf(one.participant) });
        return;
      case 'trackPublished':
        this.#published(one.participant, one.track);
        return;
      case 'trackUnpublished':
        this.#unpublished(one.participant, one.track, one.reason);
        return;
      case 'roomChanged':
        if (!isRecordingsOnly(one)) this.#add({ changed: roomInfoToWire(one.info) });
        return;
    }
  }

  /** Records which recordings run at which recorders, and which are over. */
  #recordRecordings(): void {
    if (this.#stream === undefined) return;
    const { info } = this.#o.state;
    const participants = this.#o.state.participants();
    this.#endRecordings((recordingId) => !info.recordings.some((one) => one.recordingId === recordingId));
    const sessions = recorderSessions(participants);
    for (const recording of info.recordings) {
      const { recordingId, state } = recording;
      const recorderId = sessions.get(recordingId)?.at(-1)?.recorderId;
      const before = this.#runningRecordings.get(recordingId);
      if (recorderId === undefined) {
        if (before !== undefined)
          this.#runningRecordings.set(recordingId, Object.assign({}, before, { isPresent: false }));
      } else if (state === 'running') {
        this.#runningRecordings.set(recordingId, { recording, recorderId, isPresent: true });
        const isSame = before?.recorderId === recorderId && before.recording.later === recording.later;
        if (before?.isPresent !== true || !isSame) this.#add(entryOf(recording, recorderId, false));
      }
    }
  }

  #endRecordings(isOver: (recordingId: string) => boolean): void {
    for (const [recordingId, { recording, recorderId }] of this.#runningRecordings) {
      if (!isOver(recordingId)) continue;
      this.#runningRecordings.delete(recordingId);
      this.#add(entryOf(recording, recorderId, true));
    }
  }

  /** Records a recording that ended while the room had no owner, when this owner removes its recorder. */
  #recorderLeft({ participant, reason }: Extract<RoomDifference, { type: 'participantLeft' }>): void {
    const named = recorderOf(participant);
    if (named === undefined || reason !== 'RECORDING_ENDED' || this.#runningRecordings.has(named.recordingId)) return;
    const { recordingId, recorderId } = named;
    const { info } = this.#o.state;
    if (info.recordings.some((one) => one.recordingId === recordingId)) return;
    this.#add({ recording: { recording: { recordingId, roomSid: info.sid }, isOver: true, recorderId } });
  }

  #published(participant: Participant, track: Track): void {
    if (track.derivedFrom === undefined)
      this.#add({ published: { track: trackToWire(track) }, participant: infoOf(participant) });
  }

  #unpublished(participant: Participant, track: Track, reason: string): void {
    if (track.derivedFrom !== undefined) return;
    const { trackId } = track;
    this.#add({ unpublished: { trackId, reason }, participant: infoOf(participant), track: trackToWire(track) });
  }

  #add(entry: JournalEntry): void {
    if (this.#stream !== undefined) this.#o.add(this.#stream, entry);
  }
}

/** Returns whether only recordings have changed, which have entries of their own. */
function isRecordingsOnly({ info, previous }: Extract<RoomDifference, { type: 'roomChanged' }>): boolean {
  const { recordings, version } = previous;
  const without = Object.assign({}, info, { recordings, version });
  return (
    JSON.stringify(info.recordings) !== JSON.stringify(recordings) &&
    JSON.stringify(without) === JSON.stringify(previous)
  );
}

const entryOf = (recording: RoomRecording, recorderId: string, isOver: boolean): JournalEntry => ({
  recording: { recording: Object.assign({}, recording), isOver, recorderId },
});

const infoOf = (participant: Participant): wire.ParticipantInfo.$Properties =>
  participantToWire({ ...participant, subscribers: undefined, tracks: [] });
