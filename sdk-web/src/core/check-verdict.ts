// Verdict and advice from a connection check's findings so far. Every limit has its source.
import {
  type CheckAdvice,
  type CheckAdviceCode,
  type CheckPart,
  type CheckPath,
  type CheckReport,
  type CheckTarget,
  type CheckVerdict,
  checkAdviceCodes,
} from './check-report.ts';
import { type Way, ways } from './check-ways.ts';

export type CheckFindings = Pick<
  CheckReport,
  'camera' | 'microphone' | 'signaling' | 'udp' | 'tcp' | 'tls' | 'uplink' | 'downlink'
>;

export const checkLimits = {
  /** Rate of the SDK's camera at 720p in VP9, and audio (codec.ts, produce-plan.ts): 1.45 and 0.05 Mbit/s. */
  bitrateBps: 1_500_000,
  /** Rate of audio and the smallest layer of that camera; below it there is no picture. */
  bitrateLeastBps: 150_000,
  /** ITU-T G.1010, table I.1: speech tolerates 3 % of lost packets where the receiver conceals them. */
  lossShare: 0.03,
  /**
   * At this loss the E-model gives R = 57 even without delay (signaling/src/core/quality.ts). G.109 says of values
   * below 60 that "nearly all users [are] dissatisfied".
   */
  lossLeastShare: 0.15,
  /** A jitter buffer adds about twice the jitter to the delay: 30 ms take 60 of the 150 ms of G.114. */
  jitterMs: 30,
  /**
   * ITU-T G.114: users do not notice 150 ms one way. A round trip of 200 ms to our node takes 100 ms of them, and the
   * other participant needs the rest.
   */
  rttMs: 200,
} as const;

/** Codes with which the service or the browser ends a check before any media, by kind of advice. */
const blockedCodes = new Set(['ENTRY_UNREACHABLE', 'ENTRY_INVALID', 'SOCKET_FAILED', 'SOCKET_LOST', 'REQUEST_TIMEOUT']);
const busy = new Set([
  'OVERLOADED',
  'RATE_LIMITED',
  'NO_CAPACITY',
  'CENTRE_UNREACHABLE',
  'API_UNREACHABLE',
  'SHUTTING_DOWN',
  'ROOM_OWNER_LOST',
  'NODE_UNREACHABLE',
  'NODE_DRAINING',
  'NODE_LOST',
]);

export function judge(findings: CheckFindings): {
  readonly verdict: CheckVerdict;
  readonly advice: readonly CheckAdvice[];
} {
  const advice = [
    ...signalingAdvice(findings.signaling),
    ...wayAdvice(findings),
    ...linkAdvice(findings),
    ...deviceAdvice('CAMERA', findings.camera),
    ...deviceAdvice('MICROPHONE', findings.microphone),
  ];
  const adviceByCode = new Map(advice.reverse().map((one) => [one.code, one])); // keeps the first of each code
  const gravity = Object.keys(checkAdviceCodes) as CheckAdviceCode[];
  const rank = ({ code }: CheckAdvice): number =>
    gravity.indexOf(code) + (checkAdviceCodes[code] === 'bad' ? 0 : gravity.length);
  const sorted = [...adviceByCode.values()].sort((a, b) => rank(a) - rank(b));
  const [worst] = sorted;
  return { verdict: worst === undefined ? 'good' : checkAdviceCodes[worst.code], advice: sorted };
}

function signalingAdvice({ state, code = '' }: CheckPart<unknown>): CheckAdvice[] {
  return state === 'failed' ? [failureAdvice(code)] : [];
}

function failureAdvice(code: string): CheckAdvice {
  if (code === 'BROWSER_UNSUPPORTED') return { code };
  if (blockedCodes.has(code)) return { code: 'SIGNALING_BLOCKED' };
  return { code: busy.has(code) ? 'SERVICE_BUSY' : 'CHECK_REFUSED' };
}

function wayAdvice(findings: CheckFindings): CheckAdvice[] {
  const parts = ways.map((way) => [way, findings[way]] as const);
  if (parts.some(([, { state }]) => state === 'waiting' || state === 'running')) return [];
  const shut = parts.filter(([, { state, code }]) => state === 'failed' && code === 'PATH_BLOCKED');
  const [best] = parts.find(([, { state }]) => state === 'passed') ?? [];
  if (best === undefined) {
    if (shut.length > 0) return [{ code: 'MEDIA_BLOCKED', targets: targetsOf(shut) }];
    const broken = parts.find(([, { state }]) => state === 'failed');
    return broken === undefined ? [] : [failureAdvice(broken[1].code ?? '')];
  }
  if (best === 'udp') return []; // a call takes UDP; the other paths are only substitutes
  const only = { code: best === 'tcp' ? 'TCP_ONLY' : 'TLS_ONLY' } as const;
  const udp = shut.filter(([way]) => way === 'udp');
  return udp.length > 0 ? [{ code: 'UDP_BLOCKED', targets: targetsOf(udp) }, only] : [only];
}

const targetsOf = (parts: readonly (readonly [Way, CheckPart<CheckPath>])[]): CheckTarget[] =>
  parts.flatMap(([, { value }]) => value?.targets ?? []);

function linkAdvice({ uplink, downlink }: CheckFindings): CheckAdvice[] {
  const [up, down] = [passedValue(uplink), passedValue(downlink)];
  const advice: CheckAdvice[] = [];
  const broken = [uplink, downlink].find(({ state, code }) => state === 'failed' && code !== 'TOO_SHORT');
  if (broken !== undefined) return [failureAdvice(broken.code ?? '')];
  if (uplink.state === 'failed') advice.push({ code: 'UPLINK_TOO_LOW' });
  else if (up !== undefined) advice.push(...bitrateAdvice('UPLINK', up.bitrateBps));
  if (uplink.state !== 'failed' && downlink.state === 'failed') advice.push({ code: 'DOWNLINK_TOO_LOW' });
  // A rate that was never sent, for a narrow uplink or a slow computer, says nothing about the downlink.
  else if (down?.isLimited === true) advice.push(...bitrateAdvice('DOWNLINK', down.bitrateBps));
  const measured = [up, down].flatMap((one) => one ?? []);
  const worstOf = (of: 'lossShare' | 'jitterMs'): number => Math.max(0, ...measured.map((one) => one[of]));
  const lossShare = worstOf('lossShare');
  if (lossShare >= checkLimits.lossLeastShare)
    advice.push({ code: 'LOSS_TOO_HIGH', measured: lossShare, limit: checkLimits.lossLeastShare });
  else advice.push(...limitAdvice('LOSS_HIGH', lossShare, checkLimits.lossShare));
  advice.push(...limitAdvice('JITTER_HIGH', worstOf('jitterMs'), checkLimits.jitterMs));
  advice.push(...limitAdvice('RTT_HIGH', up?.rttMs ?? 0, checkLimits.rttMs));
  return advice;
}

const passedValue = <T>({ state, value }: CheckPart<T>): T | undefined => (state === 'passed' ? value : undefined);

function bitrateAdvice(direction: 'UPLINK' | 'DOWNLINK', measured: number): CheckAdvice[] {
  const { bitrateBps, bitrateLeastBps } = checkLimits;
  if (measured < bitrateLeastBps) return [{ code: `${direction}_TOO_LOW`, measured, limit: bitrateLeastBps }];
  return measured < bitrateBps ? [{ code: `${direction}_LOW`, measured, limit: bitrateBps }] : [];
}

const limitAdvice = (code: CheckAdviceCode, measured: number, limit: number): CheckAdvice[] =>
  measured >= limit ? [{ code, measured, limit }] : [];

function deviceAdvice(device: 'CAMERA' | 'MICROPHONE', { state, code }: CheckPart<unknown>): CheckAdvice[] {
  if (state !== 'failed') return [];
  if (code === 'SILENT') return [{ code: 'MICROPHONE_SILENT' }];
  if (code === 'DEVICE_DENIED' || code === 'NO_ANSWER') return [{ code: `${device}_DENIED` }];
  if (code === 'DEVICE_IN_USE') return [{ code: `${device}_BUSY` }];
  return [{ code: code === 'DEVICE_NOT_FOUND' ? `${device}_MISSING` : `${device}_FAILED` }];
}
