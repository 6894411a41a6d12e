// Sessions without a signaling node: their node has gone, or has not announced them yet. After a deadline the session's
// media node is asked, repeatedly while media flow (core/absence.ts). All sessions share one timer and one request.
import { limits } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { judgeAbsent, type SessionPresence } from '../core/index.ts';
import { bounds } from '../limits.ts';

interface Absence {
  readonly sinceMs: number;
  untilMs: number;
  /** Time of the first unanswered request; undefined after an answer. */
  unansweredAtMs: number | undefined;
}

export interface AbsencesOptions {
  readonly clock: Clock;
  /** Returns the media nodes' answers, without sessions of nodes that did not answer. Never rejects. */
  ask(sessionIds: readonly string[]): Promise<ReadonlyMap<string, SessionPresence>>;
  onOver(sessionId: string): void;
}

export class Absences {
  readonly #o: AbsencesOptions;
  readonly #absences = new Map<string, Absence>();
  #timer: Timer | undefined;
  #isAsking = false;
  #closed = false;

  constructor(o: AbsencesOptions) {
    this.#o = o;
  }

  /** Sets the deadline at which unannounced sessions are judged; a session that has a deadline keeps it. */
  expect(sessionIds: readonly string[], withinMs: number): void {
    const sinceMs = this.#o.clock.nowMs();
    for (const sessionId of sessionIds) {
      if (this.#absences.has(sessionId)) continue;
      this.#absences.set(sessionId, { sinceMs, untilMs: sinceMs + withinMs, unansweredAtMs: undefined });
    }
    this.#arm();
  }

  /** Forgets a session that was announced or has ended. */
  forget(sessionId: string): void {
    this.#absences.delete(sessionId);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    if (this.#closed || this.#isAsking || this.#timer !== undefined || this.#absences.size === 0) return;
    const firstMs = Math.min(...[...this.#absences.values()].map(({ untilMs }) => untilMs));
    this.#timer = this.#o.clock.after(Math.max(1, firstMs - this.#o.clock.nowMs()), () => {
      this.#timer = undefined;
      void this.#judgeDue();
    });
  }

  async #judgeDue(): Promise<void> {
    const askedAtMs = this.#o.clock.nowMs();
    const due = [...this.#absences].filter(([, { untilMs }]) => untilMs <= askedAtMs);
    this.#isAsking = true;
    const answers = await this.#o.ask(due.map(([sessionId]) => sessionId));
    this.#isAsking = false;
    for (const [sessionId, absence] of due) {
      // The session may have been announced and lost again meanwhile.
      if (this.#closed || this.#absences.get(sessionId) !== absence) continue;
      this.#judge(sessionId, absence, answers.get(sessionId) ?? 'unanswered', askedAtMs);
    }
    this.#arm();
  }

  #judge(sessionId: string, absence: Absence, presence: SessionPresence, askedAtMs: number): void {
    const nowMs = this.#o.clock.nowMs();
    absence.unansweredAtMs = presence === 'unanswered' ? (absence.unansweredAtMs ?? askedAtMs) : undefined;
    const unansweredMs = nowMs - (absence.unansweredAtMs ?? nowMs);
    const view = { presence, absentMs: nowMs - absence.sinceMs, unansweredMs };
    if (judgeAbsent(view, { ...limits, ...bounds }) === 'kept') {
      absence.untilMs = nowMs + bounds.absentAskEveryMs;
      return;
    }
    this.#absences.delete(sessionId);
    this.#o.onOver(sessionId);
  }
}
