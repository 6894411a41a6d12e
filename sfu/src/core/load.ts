// Capacity and present load of a node. The first capacity is that of the calibration; later the node derives it from
// the measured CPU and bitrate of its own consumers.
//
// A capacity counts flowing and paused consumers alike, because the centre compares it with the number of both. What
// paused consumers save therefore shows as a lower cost per consumer, which raises the capacity.
import { limits } from '@meridian/protocol';

/**
 * CPU of agent and worker per delivered RTP packet, in µs: ICE, DTLS-SRTP with AES-GCM on OpenSSL, transport-cc on
 * video, with the packets that arrive from the publishers included. Measured by `bench capacity` (docs/measured.md has
 * the latest): 10.3 to 10.7 µs between half and three quarters of a core of an AMD EPYC.
 */
export const calibratedPacketCostUs = 10.5;
/** Packets of an average consumer: half are video (1.2 Mbit/s in packets of 1200 bytes: 126/s), half audio (50/s). */
export const packetsPerConsumerPerSecond = 88;
/** Bitrate of the average consumer: the mean of 1.2 Mbit/s and 64 kbit/s, plus headers. */
const bpsPerConsumerAssumed = 660_000;
/** CPU of a node without sessions, for the ticks of the event loop, the load samples and links. */
const idleCoresAssumed = 0.01;
/**
 * Share of its cores that a node fills; the centre's filter `capacity` ends there too. Measured by `bench capacity`:
 * p99 delay is flat (5 to 9 ms) up to 76 % of the core, 16 ms at 87 %, and at 95 % the node is late by 200 ms and loses
 * packets soon after.
 */
export const usableCpuShare = 0.8;
/** Share of its bandwidth that a node fills, as in the centre's filter: bursts of key frames need the rest. */
const usableBandwidthShare = 0.8;
/** Consumers per session before any measurement: a call of four, each with camera and microphone. */
const consumersPerSessionAssumed = 6;

export interface CostEstimate {
  /** CPU seconds per second without any session. */
  readonly idleCores: number;
  /** CPU seconds per second and consumer. */
  readonly cpuPerConsumer: number;
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
/** Resources that the machine gives the node. */
export interface NodeResources {
  readonly cpuCores: number;
  readonly bandwidthBps: number;
}

export const calibratedCost: CostEstimate = {
  idleCores: idleCoresAssumed,
  cpuPerConsumer: (calibratedPacketCostUs * packetsPerConsumerPerSecond) / 1e6,
  bpsPerConsumer: bpsPerConsumerAssumed,
  samples: 0,
};

/** Below this number of consumers, the ticks and wake-ups of the processes hide the cost of forwarding. */
const consumersToMeasureMin = 20;
/** Weight of one sample in the estimate: a minute of samples replaces most of the calibration. */
const smoothing = 0.05;
/** Samples are clamped to these multiples of the calibration; a node of mostly paused consumers reaches the lower. */
const sampleMin = 1 / 16;
const sampleMax = 4;
/** Highest CPU use of an idle node, in cores; a sample above it is not from an idle node. */
const idleCoresMax = 0.1;

/** Returns the estimate after a sample. A sample with few consumers, or with producers only, leaves it unchanged. */
export function refineCost(estimate: CostEstimate, sample: CostSample): CostEstimate {
  const { cpuCoresUsed, txBps, consumers, producers } = sample;
  if (!(cpuCoresUsed > 0)) return estimate;
  if (consumers === 0 && producers === 0 && cpuCoresUsed <= idleCoresMax)
    return { ...estimate, idleCores: smoothed(estimate.idleCores, cpuCoresUsed) };
  if (consumers < consumersToMeasureMin) return estimate;
  const cpu = Math.max(0, cpuCoresUsed - estimate.idleCores) / consumers;
  const bps = txBps / consumers;
  return {
    idleCores: estimate.idleCores,
    cpuPerConsumer: smoothed(estimate.cpuPerConsumer, clampToCalibration(cpu, calibratedCost.cpuPerConsumer)),
    bpsPerConsumer: smoothed(estimate.bpsPerConsumer, clampToCalibration(bps, calibratedCost.bpsPerConsumer)),
    samples: estimate.samples + 1,
  };
}

/** Returns the capacity by CPU or by bandwidth, whichever is smaller: at least one consumer and one session. */
export function capacityOf(
  resources: NodeResources,
  cost: CostEstimate,
  counts: { sessions: number; consumers: number },
): { sessions: number; consumers: number } {
  const byCpu = (resources.cpuCores * usableCpuShare - cost.idleCores) / cost.cpuPerConsumer;
  const byBandwidth = (resources.bandwidthBps * usableBandwidthShare) / cost.bpsPerConsumer;
  const consumers = Math.max(1, Math.floor(Math.min(byCpu, byBandwidth)));
  const perSession =
    counts.sessions >= 10 ? Math.max(1, counts.consumers / counts.sessions) : consumersPerSessionAssumed;
  return { consumers, sessions: Math.min(limits.sessionsPerNodeMax, Math.max(1, Math.floor(consumers / perSession))) };
}

/** Returns the used share of the node's cores, 0 … 1. */
export function cpuShare(cpuMs: number, elapsedMs: number, cpuCores: number): number {
  if (!(elapsedMs > 0) || !(cpuCores > 0)) return 0;
  return Math.min(1, Math.max(0, cpuMs / elapsedMs / cpuCores));
}

/** Returns true above a difference of 5 %, which is small beside the reserve of 20 % (`usableCpuShare`). */
export function capacityDiffers(a: { consumers: number }, b: { consumers: number }): boolean {
  return Math.abs(a.consumers - b.consumers) > 0.05 * Math.max(a.consumers, b.consumers);
}

function smoothed(estimate: number, measured: number): number {
  return estimate + smoothing * (measured - estimate);
}

function clampToCalibration(measured: number, calibrated: number): number {
  return Math.min(Math.max(measured, calibrated * sampleMin), calibrated * sampleMax);
}
