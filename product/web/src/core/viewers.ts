import type { MessageKey } from './messages/texts.ts';
import type { Translate } from './messages/translate.ts';
import { protocolName } from './protocol-name.ts';

/** Viewers by protocol (`hls`). */
export type ViewerCounts = ReadonlyMap<string, number>;

/** Adds the roster's WebRTC viewers to `counts`, which has the other protocols. */
export function withWebrtc(counts: ViewerCounts, viewers: readonly { protocol?: string }[]): ViewerCounts {
  const byWebrtc = viewers.filter(({ protocol }) => protocol === undefined).length;
  return byWebrtc === 0 ? counts : new Map([...counts, ['webrtc', byWebrtc]]);
}

export const noViewers: ViewerCounts = new Map();

/**
 * Returns "1,234 viewers: 800 HLS, 434 FLV", the largest count first, or undefined without viewers. `listed`: viewers
 * in the roster; roster and counts update in turns, so for a moment it may exceed the counts. `tag`: language tag for
 * numbers.
 */
export function viewersText(counts: ViewerCounts, listed: number, t: Translate, tag: string): string | undefined {
  const total = viewersTotal(counts);
  const all = (count: number, by = ''): string =>
    t(pluralOf(count, tag), { count: count.toLocaleString(tag) }) + (by === '' ? '' : t('people.viewersBy', { by }));
  if (total < listed) return all(listed);
  if (total === 0) return undefined;
  const parts = [...counts]
    .sort(([a, most], [b, next]) => next - most || (a < b ? -1 : 1))
    .map(([protocol, count]) => `${count.toLocaleString(tag)} ${protocolName(protocol, t)}`);
  return all(total, parts.join(t('common.comma')));
}

export const viewersTotal = (counts: ViewerCounts): number => [...counts.values()].reduce((a, b) => a + b, 0);

const pluralOf = (count: number, tag: string): MessageKey =>
  new Intl.PluralRules(tag).select(count) === 'one' ? 'people.viewer' : 'people.viewers';
