// Describes the events of a session in words, and as marks and spans above its charts.
import { leftText } from '../../../admin/reports/core/words.ts';
import type { SayReport } from '../../../admin/reports/text.ts';
import type { Language } from '../../../core/query.ts';
import type { TimelineEvent } from '../../types.ts';
import { type SayTimeline, type TimelineKey, timelineTexts } from '../text.ts';
import { placementReason } from './placement-reasons.ts';

export interface EventSpeech {
  readonly say: SayTimeline;
  /** Texts for the reasons of a session's end. */
  readonly sayReport: SayReport;
  readonly language: Language;
}

const isKey = (key: string): key is TimelineKey => Object.hasOwn(timelineTexts.en, key);

export function sourceText(source: string | undefined, say: SayTimeline): string {
  const key = `source.${source}`;
  return isKey(key) ? say(key) : source === undefined || source === '' ? say('source.other') : source;
}

/** Returns the name of a network as clients report it: wifi … */
export function networkText(network: string, say: SayTimeline): string {
  const key = `network.${network}`;
  return isKey(key) ? say(key) : network;
}

export function eventText(event: TimelineEvent, { say, sayReport, language }: EventSpeech): string {
  const { kind, source, from = '', to = '', reason = '' } = event;
  if (kind === 'left')
    return reason === '' || reason === 'LEFT'
      ? say('event.left')
      : say('event.left.why', { reason: leftText(reason, sayReport) });
  if (kind === 'page' || kind === 'network') return stateText(kind, reason, say);
  const bare = `event.${kind}.bare`;
  const needsNodes = kind === 'joined' || kind === 'carrier';
  if (needsNodes && to === '' && isKey(bare)) return say(bare);
  if (kind === 'device')
    return say(reason === '' ? 'event.device.bare' : 'event.device', { source: sourceText(source, say), reason });
  const key = `event.${kind}`;
  const text = isKey(key) ? say(key, { source: sourceText(source, say), from, to }) : say('event.other', { kind });
  return reason === '' ? text : say('because', { text, reason: placementReason(reason, language) });
}

function stateText(kind: 'page' | 'network', reason: string, say: SayTimeline): string {
  const key = `event.${kind}.${reason}`;
  if (isKey(key)) return say(key);
  if (reason === '' || kind === 'page') return say(`event.${kind}.bare`);
  return say('event.network.other', { reason: networkText(reason, say) });
}

export const laneNames = ['muted', 'away', 'hidden'] as const;
export type LaneName = (typeof laneNames)[number];

export interface Span {
  readonly lane: LaneName;
  readonly source: string;
  readonly fromMs: number;
  readonly toMs: number;
}

function edgeOf({
  kind,
  source = '',
  reason,
}: TimelineEvent): { lane: LaneName; source: string; isStart: boolean } | undefined {
  if (kind === 'muted' || kind === 'unmuted') return { lane: 'muted', source, isStart: kind === 'muted' };
  if (kind === 'away') return { lane: 'away', source: '', isStart: true };
  if (kind === 'resumed' || kind === 'rejoined') return { lane: 'away', source: '', isStart: false };
  if (kind === 'page') return { lane: 'hidden', source: '', isStart: reason === 'hidden' };
  return undefined;
}

/** Returns the spans of mute, absence and hidden page; an open span ends at `endMs`. */
export function spansOf(events: readonly TimelineEvent[], startMs: number, endMs: number): readonly Span[] {
  const open = new Map<string, { lane: LaneName; source: string; fromMs: number }>();
  const spans: Span[] = [];
  for (const event of inOrder(events)) {
    const edge = edgeOf(event);
    const atMs = Date.parse(event.at);
    if (edge === undefined || Number.isNaN(atMs)) continue;
    const key = `${edge.lane} ${edge.source}`;
    const begun = open.get(key);
    if (edge.isStart && begun === undefined) open.set(key, { ...edge, fromMs: atMs });
    if (edge.isStart) continue;
    // A mute that ends without a start began before the first event. Other ends without a start are ignored, since a
    // client reports when it starts that its page is visible.
    const fromMs = begun?.fromMs ?? startMs;
    open.delete(key);
    if (begun !== undefined || edge.lane === 'muted')
      spans.push({ lane: edge.lane, source: edge.source, fromMs, toMs: atMs });
  }
  for (const { lane, source, fromMs } of open.values())
    spans.push({ lane, source, fromMs, toMs: Math.max(fromMs, endMs) });
  return spans.sort((a, b) => a.fromMs - b.fromMs);
}

export const inOrder = (events: readonly TimelineEvent[]): readonly TimelineEvent[] =>
  [...events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));

export type MarkTone = 'good' | 'warn' | 'bad' | 'quiet';
export function toneOf({ kind, reason }: TimelineEvent): MarkTone {
  if (kind === 'away' || (kind === 'network' && reason === 'offline')) return 'bad';
  if (kind === 'left') return reason === undefined || reason === '' || reason === 'LEFT' ? 'quiet' : 'bad';
  if (kind === 'moved' || kind === 'switched' || kind === 'carrier' || kind === 'network' || kind === 'rejoined')
    return 'warn';
  return kind === 'joined' || kind === 'resumed' ? 'good' : 'quiet';
}

/** Kinds shown as spans, without marks of their own. */
export const isSpanKind = (kind: string): boolean => kind === 'muted' || kind === 'unmuted' || kind === 'page';

/** Returns the events within `withinMs` of a time, in order. */
export const eventsNear = (
  events: readonly TimelineEvent[],
  atMs: number,
  withinMs: number,
): readonly TimelineEvent[] => inOrder(events).filter((event) => Math.abs(Date.parse(event.at) - atMs) <= withinMs);
