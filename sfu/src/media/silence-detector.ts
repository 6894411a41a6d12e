// Finds once a second the pipes that should bring packets and bring none (core/pipe-silence.ts decides). Reports the
// tracks pulled over a silent pipe as doubtful: the room's owner is asked for another carrier, as after a lost link.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import {
  isExpired,
  isSilent,
  nextDoubt,
  notReceivingPipe,
  type PipeSilence,
  type PullDoubt,
  receivingPipe,
  silenceRules,
} from '../core/index.ts';
import type { PipeHub } from './pipes.ts';
import type { Pull, PullTable } from './pulls.ts';
import type { Neighbours } from './shapes.ts';

export interface SilenceDetectorPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly pulls: Pick<PullTable, 'expectedPulls' | 'find'>;
  readonly pipes: Pick<PipeHub, 'traffic'>;
  readonly neighbours: Pick<Neighbours, 'pipeSentBytes'>;
  onDoubtful(pull: Pull): void;
}

interface ExpectedPipe {
  readonly carrierId: string;
  readonly fence: string;
  readonly pulls: Pull[];
}

export class SilenceDetector {
  readonly #ports: SilenceDetectorPorts;
  #pipes = new Map<string, PipeSilence>();
  readonly #doubts = new Map<string, { readonly pull: Pull['request']; readonly doubt: PullDoubt }>();
  #timer: Timer | undefined;
  #isStepping = false;

  constructor(ports: SilenceDetectorPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer ??= this.#ports.clock.every(silenceRules.periodMs, () => {
      this.step().catch((error: unknown) => this.#ports.log.warn({ err: error }, 'the check of the pipes failed'));
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Checks every pipe over which packets are expected; skips while an earlier check is still running. */
  async step(): Promise<void> {
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      const states = new Map<string, PipeSilence>();
      const silent: ExpectedPipe[] = [];
      await Promise.all(
        [...this.#expectedPipes()].map(async ([key, expectedPipe]) => {
          const state = await this.#stepPipe(expectedPipe, this.#pipes.get(key));
          if (state === undefined) return;
          states.set(key, state);
          if (isSilent(state)) silent.push(expectedPipe);
        }),
      );
      this.#pipes = states;
      this.#reportDoubtful(silent);
    } finally {
      this.#isStepping = false;
    }
  }

  #expectedPipes(): Map<string, ExpectedPipe> {
    const pipesByKey = new Map<string, ExpectedPipe>();
    for (const pull of this.#ports.pulls.expectedPulls()) {
      const { carrierId, fence } = pull.request;
      const key = `${carrierId}\n${fence}`;
      const expectedPipe = pipesByKey.get(key) ?? { carrierId, fence, pulls: [] };
      expectedPipe.pulls.push(pull);
      pipesByKey.set(key, expectedPipe);
    }
    return pipesByKey;
  }

  async #stepPipe(
    { carrierId, fence }: ExpectedPipe,
    before: PipeSilence | undefined,
  ): Promise<PipeSilence | undefined> {
    const { log, pipes, neighbours } = this.#ports;
    try {
      const traffic = await pipes.traffic(carrierId, fence);
      if (traffic === undefined) return undefined;
      if (before?.receivedBytes !== traffic.receivedBytes) return receivingPipe(traffic.receivedBytes);
      return notReceivingPipe(before, await neighbours.pipeSentBytes(carrierId, fence));
    } catch (error) {
      log.debug({ carrierId, err: error }, 'a carrier did not report how much it has sent');
      return undefined;
    }
  }

  /** Reports tracks of silent pipes as doubtful, audio first. */
  #reportDoubtful(silent: readonly ExpectedPipe[]): void {
    const { clock, log, pulls, onDoubtful } = this.#ports;
    const nowMs = clock.nowMs();
    for (const [key, { pull, doubt }] of this.#doubts)
      if (pulls.find(pull.roomKey, pull.trackId) === undefined || isExpired(doubt, nowMs)) this.#doubts.delete(key);
    const due = silent.flatMap((expectedPipe) =>
      expectedPipe.pulls.flatMap((pull) => {
        const key = keyOf(pull.request);
        const doubt = nextDoubt(this.#doubts.get(key)?.doubt, nowMs);
        return doubt === undefined || pull.track?.closed !== false ? [] : [{ key, pull, doubt }];
      }),
    );
    const audioRank = ({ pull }: { pull: Pull }): number => Number(pull.track?.producer.kind === 'audio');
    due.sort((a, b) => audioRank(b) - audioRank(a));
    for (const { key, pull, doubt } of due.slice(0, silenceRules.doubtsMax)) {
      this.#doubts.set(key, { pull: pull.request, doubt });
      const { roomKey, trackId, carrierId } = pull.request;
      log.warn({ roomKey, trackId, carrierId, count: doubt.count }, 'nothing arrives of a track that is sent');
      onDoubtful(pull);
    }
  }
}

const keyOf = ({ roomKey, trackId }: Pull['request']): string => `${roomKey}\n${trackId}`;
