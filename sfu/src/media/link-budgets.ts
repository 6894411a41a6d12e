// Compares the traffic to each neighbour with its budget once a second, and sheds load from the tracks that the
// neighbour pulls (core/link-budget.ts decides). Also counts the bytes for the report to the centre
// (core/sent-report.ts).
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { initialLink, type LinkState, SentReport, shedOf, stepLink } from '../core/index.ts';
import type { PipeHub } from './pipes.ts';
import type { Rooms } from './rooms.ts';
import type { Serving } from './serving.ts';

const tickMs = 1000;
/** A participant counts as speaking for this long, so that no picture is shed between two sentences. */
const speakerHoldMs = 10_000;

export interface LinkBudgetPorts {
  readonly node: { readonly pipes: PipeHub; readonly serving: Serving; readonly rooms: Rooms };
  readonly clock: Clock;
  readonly log: Logger;
  readonly budgetBps: number;
}

export class LinkBudgets {
  readonly sentReport: SentReport;
  readonly #ports: LinkBudgetPorts;
  readonly #linkStates = new Map<string, LinkState>();
  readonly #spokeAtMs = new Map<string, number>();
  #timer: Timer | undefined;
  #isStepping = false;
  #sentBps = 0;

  constructor(ports: LinkBudgetPorts) {
    this.#ports = ports;
    this.sentReport = new SentReport(ports.clock.nowMs());
  }

  start(): void {
    this.#timer ??= this.#ports.clock.every(tickMs, () => {
      this.stepNeighbours().catch((error: unknown) =>
        this.#ports.log.warn({ err: error }, 'the link budgets could not be checked'),
      );
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Bit rate to all neighbours at the last check. */
  get sentBps(): number {
    return this.#sentBps;
  }

  stageOf(nodeId: string): number {
    return this.#linkStates.get(nodeId)?.stage ?? 0;
  }

  /** Checks every neighbour; skips while an earlier check is still running. */
  async stepNeighbours(): Promise<void> {
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      this.#updateSpeakers();
      const open = this.#ports.node.pipes.open;
      for (const nodeId of [...this.#linkStates.keys()]) if (!open.includes(nodeId)) this.#linkStates.delete(nodeId);
      const sent = await Promise.all(open.map((nodeId) => this.#stepNeighbour(nodeId)));
      this.#sentBps = sent.reduce((sum, bps) => sum + bps, 0);
    } finally {
      this.sentReport.endMinuteIfOver(this.#ports.clock.nowMs());
      this.#isStepping = false;
    }
  }

  #updateSpeakers(): void {
    const nowMs = this.#ports.clock.nowMs();
    for (const room of this.#ports.node.rooms.all())
      for (const sessionId of room.speakingSessionIds) this.#spokeAtMs.set(sessionId, nowMs);
    for (const [sessionId, atMs] of this.#spokeAtMs)
      if (nowMs - atMs > speakerHoldMs) this.#spokeAtMs.delete(sessionId);
  }

  /** Returns the bit rate to the neighbour. */
  async #stepNeighbour(nodeId: string): Promise<number> {
    const { node, clock, log, budgetBps } = this.#ports;
    const pipes = await node.pipes.pipesTo(nodeId);
    const sent = await Promise.all(
      pipes.map(async (pipe) => {
        const { txBps, sentBytes } = await pipe.traffic();
        this.sentReport.count(nodeId, pipe, sentBytes);
        return txBps;
      }),
    );
    const sentBps = sent.reduce((sum, txBps) => sum + txBps, 0);
    const before = this.#linkStates.get(nodeId) ?? initialLink;
    const state = stepLink(before, { nowMs: clock.nowMs(), budgetBps, sentBps });
    this.#linkStates.set(nodeId, state);
    if (state.stage !== before.stage)
      log.info({ nodeId, from: before.stage, stage: state.stage, sentBps, budgetBps }, 'link budget');
    for (const { track } of node.serving.tracksServedTo(nodeId)) {
      const { kind } = track.producer;
      await node.serving.shed(
        nodeId,
        track,
        shedOf(state.stage, { kind, isSpeaking: this.#spokeAtMs.has(track.publisherSessionId) }),
      );
    }
    return sentBps;
  }
}
