// Recordings of a room at its owner. For each wanted recording of the policy, the owner keeps asking the centre for a
// recorder: the centre knows the live recorders, and a repeated request changes nothing. The roster shows which
// recordings run, by hidden sessions named after them, so the next owner needs only policy and roster.
import {
  type ErrorCode,
  isWatcher,
  MeridianError,
  type Participant,
  type RoomRecording,
  type RoomState,
} from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import {
  currentRecordings,
  isRecorder,
  type RecorderSession,
  recorderSessions,
  recordingPlace,
} from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { RecordAnswer, RecordOrder } from '../ports.ts';

export interface RecordingsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly roster: Pick<RoomState, 'participants' | 'policy' | 'info'>;
  /** Returns whether the policy is known; until then a recorder may belong to a recording that is unknown here. */
  isPolicyKnown(): boolean;
  /** Rejects with a stable code. */
  record(order: Omit<RecordOrder, 'roomKey' | 'epoch' | 'fence'>): Promise<RecordAnswer>;
  /** Returns whether a library node can keep recordings. Without one, no recorder begins. */
  hasLibrary(): boolean;
  /** Sets the recordings of the policy. Returns true if they changed; another review has then run already. */
  change(recordings: RoomRecording[]): boolean;
  /** Begins this life's automatic recording, if any. Returns true if it began; another review has then run already. */
  beginAutomatic(): boolean;
  remove(recorders: readonly Participant[], code: ErrorCode): void;
}

/** State of the search for a recording's recorder. */
class Attempt {
  isAsking = false;
  retryTimer: Timer | undefined;
  /** Recorder that has taken the order but is not in the room yet, and the time at which it took the order. */
  assigned: { readonly recorderId: string; readonly sinceMs: number } | undefined;
  /** Recorders that took the order and did not come, with the end of their exclusion. Oldest first. */
  readonly #avoided = new Map<string, number>();
  expectedWallMs: number | undefined;
  /** Code of the latest failed try, until a recorder comes or all are busy. */
  failure: string | undefined;
  /** Whether the recorder that took the order last keeps tracks for later; undefined before its answer. */
  isLater: boolean | undefined;
  /** Present while several recorders are in the room; the timer removes the older ones. */
  overlap: { readonly newestId: string; readonly timer: Timer } | undefined;

  /** Returns the recorders that must not be asked now. */
  avoidedIds(nowMs: number): string[] {
    const { assigned: taken } = this;
    if (taken !== undefined && nowMs - taken.sinceMs >= bounds.recorderWaitMs) {
      this.#avoided.delete(taken.recorderId);
      this.#avoided.set(taken.recorderId, nowMs + bounds.recorderAvoidedMs);
      this.assigned = undefined;
    }
    for (const [recorderId, untilMs] of this.#avoided)
      if (untilMs <= nowMs || this.#avoided.size > bounds.recordersAvoidedMax) this.#avoided.delete(recorderId);
    return [...this.#avoided.keys()];
  }

  /** Handles a recorder that has come into the room. */
  arrived(recorderId: string): void {
    if (this.assigned?.recorderId === recorderId) this.assigned = undefined;
    this.#avoided.delete(recorderId);
    this.failure = '';
  }

  pause(): void {
    this.retryTimer?.cancel();
    this.retryTimer = undefined;
  }

  close(): void {
    this.pause();
    this.overlap?.timer.cancel();
    this.overlap = undefined;
  }
}

export class Recordings {
  readonly #o: RecordingsOptions;
  readonly #attempts = new Map<string, Attempt>(); // by recording
  #closed = false;

  constructor(o: RecordingsOptions) {
    this.#o = o;
  }

  review(): void {
    if (this.#closed) return;
    const { roster, clock, change, beginAutomatic, remove, isPolicyKnown } = this.#o;
    const participants = roster.participants();
    const hasPeople = participants.some(({ hidden }) => !hidden);
    if (hasPeople && beginAutomatic()) return;
    const sessions = recorderSessions(participants);
    const current = currentRecordings(roster.policy.recordings, {
      roomSid: roster.info.sid,
      hasPeople,
      nowWallMs: clock.wallMs(),
      isRunning: (recordingId) => sessions.has(recordingId),
      expectedWallMs: (recordingId) => this.#attempts.get(recordingId)?.expectedWallMs,
      failure: (recordingId) => this.#attempts.get(recordingId)?.failure,
      isLater: (recordingId) => this.#attempts.get(recordingId)?.isLater,
    });
    if (change(current)) return;
    const wanted = new Set(current.map(({ recordingId }) => recordingId));
    const stopped = new Set([...this.#attempts.keys()].filter((recordingId) => !wanted.has(recordingId)));
    for (const recordingId of stopped) {
      this.#attempts.get(recordingId)?.close();
      this.#attempts.delete(recordingId);
    }
    const isOver = (recordingId: string): boolean =>
      !wanted.has(recordingId) && (isPolicyKnown() || stopped.has(recordingId));
    const over = [...sessions].flatMap(([recordingId, of]) => (isOver(recordingId) ? of : []));
    if (over.length > 0) {
      remove(
        over.map(({ participant }) => participant),
        'RECORDING_ENDED',
      );
      return;
    }
    for (const recording of current) this.#follow(recording, sessions.get(recording.recordingId) ?? []);
  }

  /** Ends this life with its recorders, watchers and recordings; later requests belong to the next life. */
  endLife(): void {
    if (this.#closed) return;
    const { roster, change, remove } = this.#o;
    this.close();
    const recorders = roster.participants().filter(isRecorder);
    if (recorders.length > 0) remove(recorders, 'RECORDING_ENDED');
    const watchers = roster.participants().filter(isWatcher);
    if (watchers.length > 0) remove(watchers, 'ROOM_ENDED');
    change(roster.policy.recordings.filter(({ roomSid }) => roomSid === ''));
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    for (const attempt of this.#attempts.values()) attempt.close();
    this.#attempts.clear();
  }

  #follow({ recordingId }: RoomRecording, sessions: readonly RecorderSession[]): void {
    const attempt = this.#attempts.get(recordingId) ?? new Attempt();
    this.#attempts.set(recordingId, attempt);
    for (const { recorderId } of sessions) attempt.arrived(recorderId);
    this.#overlap(recordingId, attempt, sessions);
    if (!attempt.isAsking && attempt.retryTimer === undefined) this.#ask(recordingId, attempt);
  }

  /** Keeps the recorder that came last; removes the others after `recordersOverlapMs`. */
  #overlap(recordingId: string, attempt: Attempt, sessions: readonly RecorderSession[]): void {
    const newestId = sessions.at(-1)?.participant.sessionId ?? '';
    if (sessions.length > 1 && attempt.overlap?.newestId === newestId) return;
    attempt.overlap?.timer.cancel();
    attempt.overlap = undefined;
    if (sessions.length < 2) return;
    const timer = this.#o.clock.after(bounds.recordersOverlapMs, () => {
      attempt.overlap = undefined;
      const older = this.#sessionsOf(recordingId).slice(0, -1);
      this.#o.remove(
        older.map(({ participant }) => participant),
        'RECORDING_ELSEWHERE',
      );
    });
    attempt.overlap = { newestId, timer };
  }

  #sessionsOf(recordingId: string): readonly RecorderSession[] {
    return recorderSessions(this.#o.roster.participants()).get(recordingId) ?? [];
  }

  /** Asks for a recorder, unless no participant can be recorded yet; the next review then asks. */
  #ask(recordingId: string, attempt: Attempt): void {
    const { roster, clock, record, hasLibrary } = this.#o;
    const recording = roster.policy.recordings.find((one) => one.recordingId === recordingId);
    const place = recording && recordingPlace(roster.participants(), recording);
    if (recording === undefined || place === undefined) return;
    const { identity, priority, mode, pageUrl } = recording;
    attempt.isAsking = true;
    const recorderAvoidIds = attempt.avoidedIds(clock.nowMs());
    const mayAsk = this.#sessionsOf(recordingId).length > 0 || hasLibrary();
    const asked = mayAsk
      ? record({ recordingId, identity, priority, mode, pageUrl, recorderAvoidIds, ...place })
      : Promise.reject(new MeridianError('NO_LIBRARY'));
    asked
      .then(
        (answer) => this.#answered(recordingId, attempt, answer),
        (error: unknown) => this.#failed(recordingId, attempt, error),
      )
      .finally(() => {
        attempt.isAsking = false;
        if (this.#attempts.get(recordingId) !== attempt) return;
        attempt.retryTimer = clock.after(bounds.recordEveryMs, () => {
          attempt.retryTimer = undefined;
          this.#ask(recordingId, attempt);
        });
        this.review();
      });
  }

  #answered(recordingId: string, attempt: Attempt, { state, recorderId, waitMs, later }: RecordAnswer): void {
    const { clock, roster } = this.#o;
    const isThere = this.#sessionsOf(recordingId).some((one) => one.recorderId === recorderId);
    if (state !== 'begun' || isThere) attempt.assigned = undefined;
    else if (attempt.assigned?.recorderId !== recorderId) attempt.assigned = { recorderId, sinceMs: clock.nowMs() };
    if (state === 'begun') attempt.isLater = later;
    if (state === 'begun') return;
    attempt.failure = '';
    const known = roster.policy.recordings.find((one) => one.recordingId === recordingId)?.expectedWallMs ?? 0;
    const expected = waitMs === 0 ? 0 : clock.wallMs() + waitMs;
    if (Math.abs(expected - known) > bounds.recordingExpectedChangeMs) attempt.expectedWallMs = expected;
  }

  #failed(recordingId: string, attempt: Attempt, error: unknown): void {
    const code = codeOf(error) ?? 'INTERNAL';
    if (attempt.failure === code) return;
    attempt.failure = code;
    this.#o.log.warn({ recordingId, code, err: error }, 'a recording has no recorder yet');
  }
}
