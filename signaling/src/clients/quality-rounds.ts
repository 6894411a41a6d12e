// Records the quality of this node's sessions for the api (session-record.ts) in rounds of 10 s: a single timer makes a
// part of the records at each step, and a first record once a client has measured. Media nodes measure silent clients.
// Hidden sessions, connection checks and the crowd of shows are left out.
import { isCheckRoom, type RoomDifference, rpc } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { NodeLinks } from '../links/nodes.ts';
import { type Arrival, type RecordedSession, SessionRecord, type SessionRecordOptions } from './session-record.ts';

export interface QualityRoundsOptions extends SessionRecordOptions {
  readonly clock: Clock;
  readonly log: Parameters<typeof ignoringErrors>[0];
  readonly nodes: Pick<NodeLinks, 'call'>;
}

export class QualityRounds {
  readonly #o: QualityRoundsOptions;
  readonly #records = new Map<string, SessionRecord>(); // by session id
  /** Records by the step of a round in which they are made. */
  readonly #steps: readonly Set<SessionRecord>[] = Array.from({ length: bounds.qualityRoundSteps }, () => new Set());
  /** Sessions that have no record yet; their first record is made early, at the latest in their step of the round. */
  readonly #unrecorded = new Set<SessionRecord>();
  #currentStep = 0;
  /** Step that the next session gets; sessions are spread over the steps of a round in rotation. */
  #nextStep = 0;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(o: QualityRoundsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#records.size;
  }

  /** Begins the record of a connection's session; undefined for a session that is not recorded. */
  begin(session: RecordedSession, arrival: Arrival): SessionRecord | undefined {
    if (this.#isClosed || arrival.self.hidden || isCheckRoom(session.room.roomKey)) return undefined;
    const known = this.#records.get(session.sessionId);
    if (known !== undefined) {
      known.resumed(session);
      return known;
    }
    const record = new SessionRecord(this.#o, session, arrival);
    this.#records.set(record.sessionId, record);
    this.#unrecorded.add(record);
    this.#steps[this.#nextStep]?.add(record);
    this.#nextStep = (this.#nextStep + 1) % bounds.qualityRoundSteps;
    this.#timer ??= this.#startStepTimer();
    return record;
  }

  /** Handles a released session. `reason`: it has left; undefined: it continues, here or elsewhere. */
  over(session: RecordedSession, reason: string | undefined): void {
    const record = this.#records.get(session.sessionId);
    if (record?.session !== session) return;
    record.over(reason);
    // A continuing session may be resumed here in a moment; if not, its next step forgets it.
    if (reason !== undefined) this.#forget(record);
  }

  onDifference(one: RoomDifference): void {
    if ('participant' in one) this.#records.get(one.participant.sessionId)?.onDifference(one);
  }

  factsLost(sessionId: string): void {
    this.#records.get(sessionId)?.factsLost();
  }

  /** Records the measurements until now. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    for (const record of [...this.#records.values()]) {
      record.over(undefined);
      this.#forget(record);
    }
  }

  #startStepTimer(): Timer {
    return this.#o.clock.after(bounds.qualityRoundMs / bounds.qualityRoundSteps, () => {
      this.#timer = undefined;
      this.#step();
      if (this.#records.size > 0) this.#timer = this.#startStepTimer();
    });
  }

  #step(): void {
    this.#makeFirstRecords();
    for (const record of this.#steps[this.#currentStep] ?? []) {
      if (record.session === undefined) this.#forget(record);
      else record.take();
    }
    if (this.#currentStep === 0) this.#askNodes();
    this.#currentStep = (this.#currentStep + 1) % bounds.qualityRoundSteps;
  }

  #makeFirstRecords(): void {
    let remaining: number = bounds.qualityFirstsMax;
    for (const record of this.#unrecorded) {
      if (remaining === 0) break;
      const isTaken = record.takeFirst();
      if (isTaken) this.#unrecorded.delete(record);
      if (isTaken) remaining -= 1;
    }
  }

  #askNodes(): void {
    const silent = new Map<string, string[]>(); // media node -> session ids
    for (const { isSilent, session } of this.#records.values()) {
      if (!isSilent || session === undefined) continue;
      const sessionIds = silent.get(session.nodeId);
      if (sessionIds === undefined) silent.set(session.nodeId, [session.sessionId]);
      else if (sessionIds.length < bounds.qualityAskedMax) sessionIds.push(session.sessionId);
    }
    for (const [nodeId, sessionIds] of silent)
      this.#o.nodes
        .call(nodeId, rpc.sessionsMeasured, { sessionIds }, bounds.qualityAskMs)
        .then(({ sessions }) => {
          for (const one of sessions) this.#records.get(one.sessionId ?? '')?.measuredByNode(one);
        })
        .catch(ignoringErrors(this.#o.log, 'a media node did not measure its sessions'));
  }

  #forget(record: SessionRecord): void {
    this.#records.delete(record.sessionId);
    this.#unrecorded.delete(record);
    for (const step of this.#steps) step.delete(record);
  }
}
