// From two readings of RTCPeerConnection.getStats() to what happened between them. Pure.
//
// Losses are shares of this period, not of the call: a bad minute must not colour the next. Counters that went
// backwards (a new peer connection after a rejoin) count from zero.

/** The fields of RTCStats objects that are read; browsers leave some out. */
export interface StatsEntry {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly [field: string]: unknown;
}
export interface StatsReading {
  readonly takenMs: number;
  readonly send: readonly StatsEntry[];
  readonly recv: readonly StatsEntry[];
}
export interface Measured {
  readonly rttMs: number;
  readonly outboundLoss: number;
  readonly inboundLoss: number;
  readonly freezeCount: number;
  readonly freezeMs: number;
  readonly jitterMs: number;
  readonly availableOutboundBps: number;
  readonly outboundBps: number;
  readonly inboundBps: number;
  readonly periodMs: number;
  readonly mediaProtocol: string;
}

/** What was measured between two readings; without a previous one, since the beginning. */
export function measure(previous: StatsReading | undefined, current: StatsReading): Measured {
  const periodMs = previous === undefined ? 0 : current.takenMs - previous.takenMs;
  const inbound = grown(previous?.recv, current.recv, 'inbound-rtp');
  const outbound = grown(previous?.send, current.send, 'outbound-rtp');
  const remote = grown(previous?.send, current.send, 'remote-inbound-rtp');
  const received = sum(inbound, 'packetsReceived');
  const lost = sum(inbound, 'packetsLost');
  const jitters = current.recv.filter((entry) => entry.type === 'inbound-rtp').map((entry) => number(entry['jitter']));
  const pairs = [...pairsOf(current.send), ...pairsOf(current.recv)];
  const rttsMs = pairs.map((pair) => number(pair['currentRoundTripTime']) * 1000).filter((rtt) => rtt > 0);
  return {
    rttMs: mean(rttsMs),
    outboundLoss: lossOf(remote, outbound),
    inboundLoss: received + lost > 0 ? lost / (received + lost) : 0,
    freezeCount: sum(inbound, 'freezeCount'),
    freezeMs: Math.round(sum(inbound, 'totalFreezesDuration') * 1000),
    jitterMs: mean(jitters) * 1000,
    availableOutboundBps: Math.max(0, ...pairsOf(current.send).map((pair) => number(pair['availableOutgoingBitrate']))),
    outboundBps: perSecond(sum(outbound, 'bytesSent') * 8, periodMs),
    inboundBps: perSecond(sum(inbound, 'bytesReceived') * 8, periodMs),
    periodMs,
    mediaProtocol: protocolOf(current),
  };
}

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
const sum = (entries: readonly Record<string, number>[], field: string): number =>
  entries.reduce((total, entry) => total + (entry[field] ?? 0), 0);
const perSecond = (amount: number, periodMs: number): number =>
  periodMs > 0 ? Math.round((amount * 1000) / periodMs) : 0;

/** The counters of each entry of a type, as growth since the previous reading. */
function grown(
  previous: readonly StatsEntry[] | undefined,
  current: readonly StatsEntry[],
  type: string,
): Record<string, number>[] {
  const before = new Map((previous ?? []).filter((entry) => entry.type === type).map((entry) => [entry.id, entry]));
  return current
    .filter((entry) => entry.type === type)
    .map((entry) => {
      const old = before.get(entry.id);
      const growth = (field: string): [string, number] => {
        const now = number(entry[field]);
        const delta = now - number(old?.[field]);
        return [field, Math.max(0, delta)];
      };
      return Object.fromEntries(Object.keys(entry).map(growth));
    });
}

/** packetsLost comes from the receiver's reports, packetsSent from us; both as growth. */
function lossOf(remote: readonly Record<string, number>[], outbound: readonly Record<string, number>[]): number {
  const sent = sum(outbound, 'packetsSent');
  const lost = sum(remote, 'packetsLost');
  return sent > 0 ? Math.min(1, lost / sent) : 0;
}

function pairsOf(entries: readonly StatsEntry[]): StatsEntry[] {
  const selected = new Set(
    entries.filter((entry) => entry.type === 'transport').map((entry) => entry['selectedCandidatePairId']),
  );
  return entries.filter(
    (entry) =>
      entry.type === 'candidate-pair' &&
      (selected.has(entry.id) || entry['selected'] === true || entry['nominated'] === true),
  );
}

function protocolOf(reading: StatsReading): string {
  for (const entries of [reading.recv, reading.send]) {
    const localId = pairsOf(entries)[0]?.['localCandidateId'];
    const local = entries.find((entry) => entry.type === 'local-candidate' && entry.id === localId);
    if (typeof local?.['protocol'] === 'string') return local['protocol'];
  }
  return '';
}
