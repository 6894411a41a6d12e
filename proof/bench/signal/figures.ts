// Figures of a window in which clients of a server spoke.
import type { BareSpec } from './bare-server.ts';
import type { Counts } from './room-clients.ts';

export interface Window extends Readonly<Counts> {
  readonly cpuMs: number;
}

/** Returns the messages, in and out, that a server handles in a second of its CPU time. */
export const perCpuSecond = ({ sent, answers, news, cpuMs }: Window): number =>
  ((sent + answers + news) / cpuMs) * 1000;

/** Returns what a bare server has to send for each message so that it sends as much as in this window. */
export function bareSpecOf({ sent, answers, answerBytes, news, newsBytes }: Counts, roomSize: number): BareSpec {
  return {
    answerBytes: answers === 0 ? 0 : answerBytes / answers,
    fanOuts: sent === 0 ? 0 : news / sent / roomSize,
    fanOutBytes: news === 0 ? 0 : newsBytes / news,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
