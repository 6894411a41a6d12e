// What a node can carry, and what it carries now. The start is a calibration; from then on the node measures what its
// own consumers cost and weigh, and says what that means for its capacity.
//
// A consumer here is one that is held, flowing or paused: the centre compares the claim with the number held, so what a
// paused one does not cost must make the claim larger.
import { limits } from '@meridian/protocol';

/**
 * CPU of agent and worker per delivered RTP packet, in µs: ICE, DTLS-SRTP with AES-GCM on OpenSSL, transport-cc on
 * video, what arrives from the publishers included. Measured by `bench capacity` (docs/measured.md has the latest):
 * 10.3 to 10.7 µs between half and three quarters of a core of an AMD EPYC.
 */
export const calibratedPacketCostUs = 10.5;
/**
 * Packets per second of a middling consumer: half are video (1.2 Mbit/s in packets of 1200 bytes, 126/s), half audio
 * (50/s).
 */
export const packetsPerConsumerPerSecond = 88;
/** What such a consumer weighs: half of 1.2 Mbit/s and 64 kbit/s, and the headers. */
const bpsPerConsumerAssumed = 660_000;
/** The event loop's ticks, the load's own samples, links. */
const idleCoresAssumed = 0.01;
/**
 * Share of its cores that a node fills; the centre's filter `capacity` ends there too. Measured by `bench capacity`:
 * p99 delay is flat (5 to 9 ms) up to 76 % of the core, 16 ms at 87 %, and at 95 % the node is late by 200 ms and loses
 * packets soon after.
 */
export const usableCpuShare = 0.8;
/** Share of its bandwidth that a node fills, as the centre's filter has it: bursts of key frames need the rest. */
const usableBandwidthShare = 0.8;
/** Consumers per session until something better is known: a call of four, camera and microphone each. */
const consumersPerSessionAssumed = 6;

export interface CostEstimate {
  /** CPU seconds per second without any session. */
  readonly idleCores: number;
  /** CPU seconds per second and consumer. */
  readonly cpuPerConsumer: number;
  /** Bits per second and consumer that leave. */
  readonly bpsPerConsumer: number;
  readonly samples: number;
}
export interface CostSample {
  /** CPU seconds per second used by agent and worker together. */
  readonly cpuCoresUsed: number;
  readonly txBps: number;
  readonly consumers: number;
  readonly producers: number;
}
/** What the machine gives the node. */
export interface NodeMeans {
  readonly cpuCores: number;
  readonly bandwidthBps: number;
}

export const calibratedCost: CostEstimate = {
  idleCores: idleCoresAssumed,
  cpuPerConsumer: (calibratedPacketCostUs * packetsPerConsumerPerSecond) / 1e6,
  bpsPerConsumer: bpsPerConsumerAssumed,
  samples: 0,
};

/** Below this many consumers the ticks of the processes and their wake-ups hide the cost of forwarding. */
const consumersToMeasureMin = 20;
/** One sample moves the estimate by this share: a minute of samples replaces most of the calibration. */
const smoothing = 0.05;
/**
 * Beyond these multiples of the calibration a sample is wrong. The lower: a room of which nearly everything is paused.
 */
const sampleMin = 1 / 16;
const sampleMax = 4;
/** An idle node does not use more; a sample above it is not one of an idle node. */
const idleCoresMax = 0.1;

/**
 * The estimate after one sample. Samples with a few consumers, or none but producers, say nothing and leave it as it
 * is.
 */
export function refineCost(estimate: CostEstimate, sample: CostSample): CostEstimate {
  const { cpuCoresUsed, txBps, consumers, producers } = sample;
  if (!(cpuCoresUsed > 0)) return estimate;
  if (consumers === 0 && producers === 0 && cpuCoresUsed <= idleCoresMax)
    return { ...estimate, idleCores: towards(estimate.idleCores, cpuCoresUsed) };
  if (consumers < consumersToMeasureMin) return estimate;
  const cpu = Math.max(0, cpuCoresUsed - estimate.idleCores) / consumers;
  const bps = txBps / consumers;
  return {
    idleCores: estimate.idleCores,
    cpuPerConsumer: towards(estimate.cpuPerConsumer, bounded(cpu, calibratedCost.cpuPerConsumer)),
    bpsPerConsumer: towards(estimate.bpsPerConsumer, bounded(bps, calibratedCost.bpsPerConsumer)),
    samples: estimate.samples + 1,
  };
}

/**
 * Sessions and consumers that the node carries at this cost, by CPU and by bandwidth, whichever ends first. At least
 * one of each.
 */
export function capacityOf(
  means: NodeMeans,
  cost: CostEstimate,
  counts: { sessions: number; consumers: number },
): { sessions: number; consumers: number } {
  const byCpu = (means.cpuCores * usableCpuShare - cost.idleCores) / cost.cpuPerConsumer;
  const byBandwidth = (means.bandwidthBps * usableBandwidthShare) / cost.bpsPerConsumer;
  const consumers = Math.max(1, Math.floor(Math.min(byCpu, byBandwidth)));
  const perSession =
    counts.sessions >= 10 ? Math.max(1, counts.consumers / counts.sessions) : consumersPerSessionAssumed;
  return { consumers, sessions: Math.min(limits.sessionsPerNodeMax, Math.max(1, Math.floor(consumers / perSession))) };
}

/** CPU share 0..1 of the node's cores, from CPU milliseconds used within `elapsedMs`. */
export function cpuShare(cpuMs: number, elapsedMs: number, cpuCores: number): number {
  if (!(elapsedMs > 0) || !(cpuCores > 0)) return 0;
  return Math.min(1, Math.max(0, cpuMs / elapsedMs / cpuCores));
}

/**
 * True when the two differ by more than a twentieth: then the node registers anew with the new one. A claim keeps a
 * fifth below the end of the node; what it lags behind the measured one comes on top of that.
 */
export function capacityDiffers(a: { consumers: number }, b: { consumers: number }): boolean {
  return Math.abs(a.consumers - b.consumers) > 0.05 * Math.max(a.consumers, b.consumers);
}

function towards(estimate: number, measured: number): number {
  return estimate + smoothing * (measured - estimate);
}

function bounded(measured: number, calibrated: number): number {
  return Math.min(Math.max(measured, calibrated * sampleMin), calibrated * sampleMax);
}
