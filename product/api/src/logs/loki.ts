import { type LogQuery, type LogSearchResult, logLevelNames } from '@meridian/protocol';
import { cutLine, parseJson, spellingsOf } from '@meridian/runtime';
import type { NodeLine } from './lines.ts';

export interface LokiStreams {
  readonly selector: string;
  readonly nodeLabel: string;
}

const NS_OF_MS = 1_000_000n;
const NODE_CHARACTERS_MAX = 64;

/**
 * Returns a query for lines with every word, as plain text or JSON-escaped. With empty `nodeIds`, it matches all nodes.
 */
export function logQl(
  { words, level }: Pick<LogQuery, 'words' | 'level'>,
  nodeIds: readonly string[],
  { selector, nodeLabel }: LokiStreams,
): string {
  const nodes = nodeIds.map(asPattern).join('|');
  const streams = nodeIds.length === 0 ? selector : `${selector.slice(0, -1)},${nodeLabel}=~${quoted(nodes)}}`;
  return [streams, ...levelFilter(level), ...words.map(wordFilter)].join(' ');
}

function wordFilter(word: string): string {
  const [only = '', ...others] = spellingsOf(word.toWellFormed());
  if (others.length === 0) return `|= ${quoted(only)}`;
  return `|~ ${quoted([only, ...others].map(asPattern).join('|'))}`;
}

function levelFilter(level: LogQuery['level']): string[] {
  const least = logLevelNames.indexOf(level);
  if (least === 0) return [];
  const names = logLevelNames.slice(least).join('|');
  const numbers = logLevelNames.slice(least).map((_, at) => least + at + 1);
  return [`|~ ${quoted(`"level":("(${names})"|[${numbers.join('')}]0)`)}`];
}

/** Quotes a string for LogQL, which has Go's escapes, and so accepts JSON's. */
const quoted = (text: string): string => JSON.stringify(text);
/** Escapes a text for RE2. */
const asPattern = (text: string): string => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');

/** Makes the URL of a query. Our end is inclusive, Loki's is exclusive. */
export function lokiUrl(base: string, query: LogQuery, logQlText: string): string {
  const search = new URLSearchParams({
    query: logQlText,
    start: String(BigInt(Math.floor(query.fromMs)) * NS_OF_MS),
    end: String(BigInt(Math.floor(query.toMs) + 1) * NS_OF_MS),
    limit: String(query.limit),
    direction: 'backward',
  });
  return `${base.replace(/\/+$/, '')}/loki/api/v1/query_range?${search}`;
}

/** Returns undefined if the answer is not Loki's. */
export function lokiFound(
  text: string,
  { fromMs, limit }: LogQuery,
  { nodeLabel }: LokiStreams,
): { readonly found: LogSearchResult; readonly lines: readonly NodeLine[] } | undefined {
  const data = objectOf(objectOf(parseJson(text))['data']);
  if (data['resultType'] !== 'streams' || !Array.isArray(data['result'])) return undefined;
  const foundLines = data['result'].map(objectOf).flatMap((stream): NodeLine[] => {
    const label = objectOf(stream['stream'])[nodeLabel];
    const nodeId = typeof label === 'string' ? label.slice(0, NODE_CHARACTERS_MAX) : '';
    return listOf(stream['values']).flatMap((entry) => {
      const [ns, line] = listOf(entry);
      if (typeof ns !== 'string' || !/^\d{13,19}$/.test(ns) || typeof line !== 'string') return [];
      return [{ nodeId, atMs: Number(BigInt(ns) / NS_OF_MS), ...cutLine(Buffer.from(line)) }];
    });
  });
  const lines = foundLines.sort((a, b) => b.atMs - a.atMs).slice(0, limit);
  const hasMore = foundLines.length >= limit;
  const searchedFromMs = hasMore ? (lines.at(-1)?.atMs ?? fromMs) : fromMs;
  return { lines, found: { lines, hasMore, searchedFromMs, source: 'loki' } };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
