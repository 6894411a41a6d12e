// Takes reports of registered nodes, or drops and counts them; a node whose digest differs from the centre's list is
// asked for its full list.
import { call, errorInfoOf, rpc, type wire } from '@meridian/protocol';
import type { Clock, Link } from '@meridian/runtime';
import type { Guard } from './serve-guarded.ts';
import { loadFrom, reportFrom, roomsFrom } from './wire.ts';

const FULL_REPORT_PAUSE_MS = 2000;

/** Number of reports whose clock offsets are compared: those of some seconds. */
const OFFSETS_MAX = 8;

export interface Reporting {
  readonly link: Link;
  fullAskedAtMs: number; // -Infinity: never
  /** The node's wall clock less the centre's at each of its last reports, the latest report last. */
  clockOffsetsMs?: readonly number[];
}

export interface ReportsOptions extends Guard {
  readonly clock: Clock;
  /** Returns undefined for a node that is not registered. */
  sessionOf(nodeId: string): Reporting | undefined;
  planChanged(): void;
  /** Called when the node has lost a plan that was sent to it. */
  planMissed(nodeId: string): void;
}

export class Reports {
  readonly #o: ReportsOptions;

  constructor(o: ReportsOptions) {
    this.#o = o;
  }

  /** Takes a report on this link; without a registration it is ignored and counted. */
  receive(link: Link, message: wire.Report): void {
    const { clock, metrics, log, terms } = this.#o;
    const { centre } = terms;
    const nodeId = link.remote.id;
    const session = this.#o.sessionOf(nodeId);
    if (session?.link !== link) {
      metrics.reportsIgnored.inc();
      return;
    }
    session.clockOffsetsMs = withOffset(session.clockOffsetsMs, message.wallMs, clock.wallMs());
    const planVersionBefore = centre.fleet.planVersion;
    const { report, confirmedDecisionIds = [] } = this.#read(message, nodeId);
    if (report === undefined) return;
    const wantsFull = centre.report(nodeId, report, confirmedDecisionIds);
    if (centre.fleet.planVersion !== planVersionBefore) this.#o.planChanged();
    if (message.planWanted) this.#o.planMissed(nodeId);
    if (!wantsFull || clock.nowMs() - session.fullAskedAtMs < FULL_REPORT_PAUSE_MS) return;
    session.fullAskedAtMs = clock.nowMs();
    this.#askFull(link).catch((error: unknown) => log.warn({ nodeId, err: error }, 'the full report did not come'));
  }

  /** Parses a report. A malformed report is dropped and counted, so a node that sends no other goes silent. */
  #read(message: wire.Report, nodeId: string): Partial<ReturnType<typeof reportFrom>> {
    try {
      return reportFrom(message);
    } catch (error) {
      const { code } = errorInfoOf(error);
      this.#o.metrics.requestsRefused.inc({ code });
      this.#o.log.debug({ nodeId, code, err: error }, 'report dropped');
      return {};
    }
  }

  async #askFull(link: Link): Promise<void> {
    const answer = await call(link, rpc.fullReport, {});
    // A registration on another link is newer than this answer.
    if (this.#o.sessionOf(link.remote.id)?.link !== link) return;
    const { incarnation } = answer;
    this.#o.terms.centre.fullReport(link.remote.id, {
      incarnation,
      rooms: roomsFrom(answer.rooms),
      load: loadFrom(answer.load),
    });
  }
}

/** Returns the largest offset, because a late report makes the clock look behind. Undefined: none was reported. */
export const clockOffsetOf = (offsetsMs: readonly number[] = []): number | undefined =>
  offsetsMs.length === 0 ? undefined : Math.max(...offsetsMs);

function withOffset(
  previousOffsetsMs: readonly number[] = [],
  reportedMs: number | null | undefined,
  wallMs: number,
): readonly number[] {
  if (typeof reportedMs !== 'number' || !Number.isFinite(reportedMs)) return previousOffsetsMs;
  return [...previousOffsetsMs, Math.round(reportedMs - wallMs)].slice(-OFFSETS_MAX);
}
