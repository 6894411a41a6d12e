// What a node can carry, and what it carries now. The start is a calibration constant; from then on the node measures
// its own cost per consumer and says what that means for its capacity.
import { limits } from '@meridian/protocol';

/**
 * CPU of agent and worker per delivered RTP packet with transport-cc on, in µs. From docs/measured.md: 12.8 µs with
 * transport-cc (one publisher, 120 subscribers, libsrtp on NSS), 7–9 µs without it and libsrtp on OpenSSL.
 */
export const calibratedPacketCostUs = 12.8;
/** Packets per second of a middling consumer: half are video (1.2 Mbit/s, 145/s), half audio (50/s). */
export const packetsPerConsumerPerSecond = 97.5;
/** Share of its cores that a node fills: p99 latency leaves the flat part of its curve above it. */
export const usableCpuShare = 0.75;
/** Consumers per session until something better is known: a call of four, camera and microphone each. */
const consumersPerSessionAssumed = 6;

export interface CostEstimate {
  /** CPU seconds per second and consumer. */
  readonly cpuPerConsumer: number;
  readonly samples: number;
}
export interface CostSample {
  /** CPU seconds per second used by agent and worker together. */
  readonly cpuCoresUsed: number;
  /** Consumers that were neither paused nor without a producer. */
  readonly activeConsumers: number;
}

export const calibratedCost: CostEstimate = {
  cpuPerConsumer: (calibratedPacketCostUs * packetsPerConsumerPerSecond) / 1e6,
  samples: 0,
};

/** Below this many consumers the idle cost of the processes hides the cost of forwarding. */
const consumersToMeasureMin = 20;
/** One sample moves the estimate by this share: a minute of samples replaces most of the calibration. */
const smoothing = 0.05;

/** The estimate after one sample. It never leaves a quarter to four times the calibration: beyond that the sample is wrong. */
export function refineCost(estimate: CostEstimate, sample: CostSample): CostEstimate {
  if (sample.activeConsumers < consumersToMeasureMin || !(sample.cpuCoresUsed > 0)) return estimate;
  const measured = sample.cpuCoresUsed / sample.activeConsumers;
  const bounded = Math.min(Math.max(measured, calibratedCost.cpuPerConsumer / 4), calibratedCost.cpuPerConsumer * 4);
  return {
    cpuPerConsumer: estimate.cpuPerConsumer + smoothing * (bounded - estimate.cpuPerConsumer),
    samples: estimate.samples + 1,
  };
}

/** Sessions and consumers that `cpuCores` carry at this cost. */
export function capacityOf(
  cpuCores: number,
  cost: CostEstimate,
  counts: { sessions: number; consumers: number },
): { sessions: number; consumers: number } {
  const consumers = Math.max(1, Math.floor((cpuCores * usableCpuShare) / cost.cpuPerConsumer));
  const perSession =
    counts.sessions >= 10 ? Math.max(1, counts.consumers / counts.sessions) : consumersPerSessionAssumed;
  return { consumers, sessions: Math.min(limits.sessionsPerNodeMax, Math.max(1, Math.floor(consumers / perSession))) };
}

/** CPU share 0..1 of the node's cores, from CPU milliseconds used within `elapsedMs`. */
export function cpuShare(cpuMs: number, elapsedMs: number, cpuCores: number): number {
  if (!(elapsedMs > 0) || !(cpuCores > 0)) return 0;
  return Math.min(1, Math.max(0, cpuMs / elapsedMs / cpuCores));
}

/** True when the two differ by more than a quarter: then the node registers anew with the new one. */
export function capacityDiffers(a: { consumers: number }, b: { consumers: number }): boolean {
  return Math.abs(a.consumers - b.consumers) > 0.25 * Math.max(a.consumers, b.consumers);
}
