// Measurements between two readings of RTCPeerConnection.getStats().
//
// Losses are shares of the period between the readings, so that a bad minute does not affect the next. A counter that
// went backwards (a new peer connection after a rejoin) counts as unchanged. The media node's probe stream to us
// carries no media, so it is left out.

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
  readonly packetsSent: number;
  readonly packetsSentLost: number;
  readonly packetsReceived: number;
  readonly packetsReceivedLost: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Size of the largest picture now; 0: none. */
  readonly sentWidth: number;
  readonly sentHeight: number;
  readonly receivedWidth: number;
  readonly receivedHeight: number;
  /** Frame rate of the largest picture. */
  readonly receivedFps: number;
  /** Share 0 … 1 of the received audio that was concealed. */
  readonly concealed: number;
}

/** mediasoup's mid of its probe stream. */
const PROBE_MID = 'probator';

export function measure(previous: StatsReading | undefined, current: StatsReading): Measured {
  const periodMs = previous === undefined ? 0 : current.takenMs - previous.takenMs;
  // The media node's reports contain the loss of sent packets.
  const recv = current.recv.filter((entry) => entry['mid'] !== PROBE_MID);
  const inbound = growthOf(previous?.recv, recv, 'inbound-rtp');
  const outbound = growthOf(previous?.send, current.send, 'outbound-rtp');
  const remote = growthOf(previous?.send, current.send, 'remote-inbound-rtp');
  const received = sum(inbound, 'packetsReceived');
  const lost = sum(inbound, 'packetsLost');
  const samples = sum(inbound, 'totalSamplesReceived');
  // A muted microphone sends nothing: the receiver conceals it with silence, and nothing is missing.
  const concealed = Math.max(0, sum(inbound, 'concealedSamples') - sum(inbound, 'silentConcealedSamples'));
  const packetsSent = sum(outbound, 'packetsSent');
  const packetsSentLost = Math.min(packetsSent, sum(remote, 'packetsLost'));
  const [bytesSent, bytesReceived] = [sum(outbound, 'bytesSent'), sum(inbound, 'bytesReceived')];
  const [sent, receivedPicture] = [largest(current.send, 'outbound-rtp'), largest(current.recv, 'inbound-rtp')];
  const jitters = recv.filter((entry) => entry.type === 'inbound-rtp').map((entry) => number(entry['jitter']));
  const pairs = [...pairsOf(current.send), ...pairsOf(current.recv)];
  const rttsMs = pairs.map((pair) => number(pair['currentRoundTripTime']) * 1000).filter((rtt) => rtt > 0);
  return {
    rttMs: mean(rttsMs),
    outboundLoss: packetsSent > 0 ? packetsSentLost / packetsSent : 0,
    inboundLoss: received + lost > 0 ? lost / (received + lost) : 0,
    freezeCount: sum(inbound, 'freezeCount'),
    freezeMs: Math.round(sum(inbound, 'totalFreezesDuration') * 1000),
    jitterMs: mean(jitters) * 1000,
    availableOutboundBps: Math.max(0, ...pairsOf(current.send).map((pair) => number(pair['availableOutgoingBitrate']))),
    outboundBps: perSecond(bytesSent * 8, periodMs),
    inboundBps: perSecond(bytesReceived * 8, periodMs),
    periodMs,
    mediaProtocol: protocolOf(current),
    packetsSent,
    packetsSentLost,
    packetsReceived: received,
    packetsReceivedLost: lost,
    bytesSent,
    bytesReceived,
    sentWidth: sent.width,
    sentHeight: sent.height,
    receivedWidth: receivedPicture.width,
    receivedHeight: receivedPicture.height,
    receivedFps: receivedPicture.fps,
    concealed: samples > 0 ? Math.min(1, concealed / samples) : 0,
  };
}

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
const sum = (entries: readonly Record<string, number>[], field: string): number =>
  entries.reduce((total, entry) => total + (entry[field] ?? 0), 0);
const perSecond = (amount: number, periodMs: number): number =>
  periodMs > 0 ? Math.round((amount * 1000) / periodMs) : 0;

function growthOf(
  previous: readonly StatsEntry[] | undefined,
  current: readonly StatsEntry[],
  type: string,
): Record<string, number>[] {
  const previousEntries = new Map(
    (previous ?? []).filter((entry) => entry.type === type).map((entry) => [entry.id, entry]),
  );
  return current
    .filter((entry) => entry.type === type)
    .map((entry) => {
      const previousEntry = previousEntries.get(entry.id);
      const growth = (field: string): [string, number] => {
        const currentValue = number(entry[field]);
        const delta = currentValue - number(previousEntry?.[field]);
        return [field, Math.max(0, delta)];
      };
      return Object.fromEntries(Object.keys(entry).map(growth));
    });
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

function largest(entries: readonly StatsEntry[], type: string): Picture {
  const sizes = entries
    .filter((entry) => entry.type === type)
    .map((entry) => ({
      width: number(entry['frameWidth']),
      height: number(entry['frameHeight']),
      fps: number(entry['framesPerSecond']),
    }));
  return sizes.reduce(
    (largestSoFar, size) => (size.width * size.height > largestSoFar.width * largestSoFar.height ? size : largestSoFar),
    {
      width: 0,
      height: 0,
      fps: 0,
    },
  );
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
