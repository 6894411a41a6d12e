import type { Translate } from './messages/translate.ts';
import type { ParticipantModel, PlacementModel } from './model.ts';

export type TrackSourceName = 'camera' | 'screen_share' | 'microphone' | 'screen_share_audio';

/**
 * Counters of a track in a browser's report, since the track began. Fields that the browser does not report are 0 or
 * ''.
 */
export interface TrackReading {
  readonly sessionId: string;
  readonly source: TrackSourceName;
  /** A new track id restarts the counters at zero. */
  readonly trackId: string;
  readonly takenMs: number;
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly codec: string;
  /** `2/3`: the second of three layers; '' without layers. */
  readonly layer: string;
  readonly jitterMs: number;
  readonly freezes: number;
  readonly freezeMs: number;
  /** Why the media node sends nothing, or the browser sends less than it could. */
  readonly holdReason: string;
}

/** A reading with the rates since the previous reading. `bps` is undefined at the first. */
export interface TrackStats extends TrackReading {
  readonly bps: number | undefined;
  /** Share of lost packets, 0 … 1. */
  readonly loss: number;
}

/** Totals over all tracks, as the SDK sums them up. */
export interface SummaryStats {
  readonly rttMs: number;
  readonly signalRttMs: number;
  readonly outboundLoss: number;
  readonly inboundLoss: number;
  readonly outboundBps: number;
  readonly inboundBps: number;
  readonly availableOutboundBps: number;
  readonly jitterMs: number;
  readonly mediaProtocol: string;
}

export interface CallStats {
  readonly takenWallMs: number;
  readonly summary: SummaryStats | undefined;
  readonly tracks: readonly TrackStats[];
}

/** An entry of a browser's `getStats` report. */
export type StatsEntry = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

type SenderReading = Pick<
  TrackReading,
  'bytes' | 'packets' | 'lost' | 'width' | 'height' | 'fps' | 'codec' | 'layer' | 'jitterMs' | 'holdReason'
>;

/** Reads a sender's report: sums over all layers, and the size of the largest layer that is sent. */
export function senderReadingOf(entries: readonly StatsEntry[]): SenderReading {
  const outbound = entries.filter(({ type }) => type === 'outbound-rtp');
  const remote = entries.filter(({ type }) => type === 'remote-inbound-rtp');
  const sending = outbound.filter((one) => one['active'] !== false && numberOf(one['framesPerSecond']) > 0);
  const top = [...sending].sort((a, b) => numberOf(b['frameWidth']) - numberOf(a['frameWidth']))[0];
  const codec = entries.find(({ type, id }) => type === 'codec' && id === (top ?? outbound[0])?.['codecId']);
  const limit = textOf(top?.['qualityLimitationReason']);
  const sum = (of: readonly StatsEntry[], field: string): number =>
    of.reduce((total, one) => total + Math.max(0, numberOf(one[field])), 0);
  return {
    bytes: sum(outbound, 'bytesSent'),
    packets: sum(outbound, 'packetsSent'),
    lost: sum(remote, 'packetsLost'),
    width: numberOf(top?.['frameWidth']),
    height: numberOf(top?.['frameHeight']),
    fps: numberOf(top?.['framesPerSecond']),
    codec: codecOf(textOf(codec?.['mimeType'])),
    layer: outbound.length > 1 ? `${sending.length}/${outbound.length}` : '',
    jitterMs: Math.max(0, ...remote.map((one) => numberOf(one['jitter']) * 1000)),
    holdReason: limit === 'none' ? '' : limit,
  };
}

/** Returns the codec of a MIME type: VP8 for `video/VP8`. */
export const codecOf = (mimeType: string): string => mimeType.slice(mimeType.indexOf('/') + 1);

/** Computes rates since the previous reading. A counter that went backwards counts from zero. */
export function statsOf(before: readonly TrackReading[], now: readonly TrackReading[]): TrackStats[] {
  return now.map((reading) => {
    const old = before.find(({ trackId }) => trackId === reading.trackId);
    const grown = (field: 'bytes' | 'packets' | 'lost'): number => Math.max(0, reading[field] - (old?.[field] ?? 0));
    const periodMs = reading.takenMs - (old?.takenMs ?? reading.takenMs);
    const [packets, lost] = [grown('packets'), grown('lost')];
    return {
      ...reading,
      bps: periodMs > 0 ? (grown('bytes') * 8000) / periodMs : undefined,
      loss: packets + lost === 0 ? 0 : Math.min(1, lost / (packets + lost)),
    };
  });
}

interface Wording {
  readonly t: Translate;
  /** BCP 47 language tag. */
  readonly tag: string;
}

export function trackLines(track: TrackStats, { t, tag }: Wording): string[] {
  const picture =
    track.width === 0 ? [] : [`${track.width} × ${track.height}`, t('stats.fps', { fps: Math.round(track.fps) })];
  const codec = [track.codec, track.layer].filter((one) => one !== '').join(' ');
  const first = [...picture, codec, rateOf(track.bps, tag)];
  const second = [
    t('stats.lossValue', { loss: shareOf(track.loss, tag) }),
    t('stats.jitterValue', { ms: Math.round(track.jitterMs) }),
    track.freezes === 0
      ? ''
      : t('stats.freezesValue', { count: track.freezes, seconds: secondsOf(track.freezeMs, tag) }),
  ];
  return [first, second].map((parts) => parts.filter((one) => one !== '').join(' · ')).filter((one) => one !== '');
}

export function summaryRows(
  { summary, tracks }: CallStats,
  { t, tag }: Wording,
): readonly (readonly [string, string])[] {
  if (summary === undefined) return [];
  const { rttMs, signalRttMs, outboundLoss, inboundLoss, outboundBps, inboundBps, availableOutboundBps } = summary;
  const ms = (value: number): string => (value > 0 ? t('where.milliseconds', { value: Math.round(value) }) : '–');
  const withLoss = (bps: number, loss: number): string =>
    `${rateOf(bps, tag)} · ${t('stats.lossValue', { loss: shareOf(loss, tag) })}`;
  const freezes = tracks.reduce((sum, one) => sum + one.freezes, 0);
  const freezeMs = tracks.reduce((sum, one) => sum + one.freezeMs, 0);
  return [
    [t('stats.rtt'), `${ms(rttMs)}${summary.mediaProtocol === '' ? '' : ` · ${summary.mediaProtocol.toUpperCase()}`}`],
    [t('stats.signalRtt'), ms(signalRttMs)],
    [t('stats.sending'), withLoss(outboundBps, outboundLoss)],
    [t('stats.receiving'), withLoss(inboundBps, inboundLoss)],
    [t('stats.available'), availableOutboundBps > 0 ? rateOf(availableOutboundBps, tag) : '–'],
    [t('stats.jitter'), ms(summary.jitterMs)],
    [t('stats.freezes'), t('stats.freezesTotal', { count: freezes, seconds: secondsOf(freezeMs, tag) })],
  ];
}

interface StatsTextInput {
  readonly room: string;
  readonly stats: CallStats;
  readonly participants: readonly ParticipantModel[];
  readonly placement: PlacementModel | undefined;
  /** Browser name and version, as the browser reports them. */
  readonly browser: string;
}

/** Returns the full report for support, always in English so that support can compare reports. */
export function statsText({ room, stats, participants, placement, browser }: StatsTextInput): string {
  const { summary } = stats;
  const self = participants.find(({ local }) => local);
  const rate = (bps: number | undefined): string => (bps === undefined ? '?' : `${Math.round(bps / 1000)} kbit/s`);
  const loss = (share: number): string => `loss ${(share * 100).toFixed(2)} %`;
  const own = placement?.nodeId ?? '';
  const people = participants.flatMap((one) => {
    const route = one.local || one.nodeId === own ? own : `${one.nodeId} > ${own}`;
    const tracks = stats.tracks.filter(({ sessionId }) => sessionId === one.sessionId);
    return [
      `${one.name} (${one.sessionId}${one.local ? ', self' : ''}) ${one.quality}, by ${route}`,
      ...tracks.map((track) => {
        const size = track.width === 0 ? '' : `${track.width}x${track.height} ${Math.round(track.fps)} fps `;
        const layer = track.layer === '' ? '' : `layer ${track.layer} `;
        const freezes = track.width === 0 ? '' : `, freezes ${track.freezes} (${Math.round(track.freezeMs)} ms)`;
        const held = track.holdReason === '' ? '' : `, held: ${track.holdReason}`;
        const { source, codec, jitterMs } = track;
        return `  ${source}: ${size}${codec} ${layer}${rate(track.bps)}, ${loss(track.loss)}, jitter ${Math.round(jitterMs)} ms${freezes}${held}`;
      }),
    ];
  });
  return [
    `Meridian, ${new Date(stats.takenWallMs).toISOString()}`,
    `room: ${room}, session ${self?.sessionId ?? '?'}, identity ${self?.identity ?? '?'}`,
    ...(placement === undefined
      ? []
      : [
          `node: ${placement.nodeId} (${placement.region}), signaling ${placement.signalingId}, owner ${placement.ownerId}, decision ${placement.decisionId}`,
        ]),
    ...(summary === undefined
      ? []
      : [
          `rtt: ${Math.round(summary.rttMs)} ms by ${summary.mediaProtocol || '?'}, signaling ${Math.round(summary.signalRttMs)} ms, jitter ${Math.round(summary.jitterMs)} ms`,
          `sending: ${rate(summary.outboundBps)}, ${loss(summary.outboundLoss)}, available ${rate(summary.availableOutboundBps)}`,
          `receiving: ${rate(summary.inboundBps)}, ${loss(summary.inboundLoss)}`,
        ]),
    ...people,
    `browser: ${browser}`,
  ].join('\n');
}

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Returns '' before the second reading. */
function rateOf(bps: number | undefined, tag: string): string {
  if (bps === undefined) return '';
  const [value, unit] = bps < 1_000_000 ? [bps / 1000, 'kbit/s'] : [bps / 1_000_000, 'Mbit/s'];
  return `${numbers(tag, unit === 'kbit/s' ? 0 : 1).format(value)} ${unit}`;
}
const secondsOf = (ms: number, tag: string): string => numbers(tag, 1).format(ms / 1000);
const shareOf = (share: number, tag: string): string => numbers(tag, 1).format(share * 100);
const numbers = (tag: string, digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat(tag, { maximumFractionDigits: digits });
