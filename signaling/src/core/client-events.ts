// Checks the events that a client reports about itself: known kinds, a time within its session, text for people.
import { plainText, type wire } from '@meridian/protocol';

export interface CheckedClientEvent {
  readonly agoMs: number;
  readonly kind: 'device' | 'network' | 'page';
  readonly source: string;
  readonly detail: string;
}

/** Labels of devices are the longest details. */
const DETAIL_LENGTH_MAX = 64;
const AGO_MS_MAX = 600_000;
const deviceSources: ReadonlySet<string> = new Set(['microphone', 'camera', 'speaker']);
const pageDetails: ReadonlySet<string> = new Set(['hidden', 'shown']);

/** Returns the checked event; undefined for an unknown kind or an invalid time. `sessionMs`: age of the session. */
export function clientEventFrom(
  event: wire.ClientEvent.$Properties,
  sessionMs: number,
): CheckedClientEvent | undefined {
  const { agoMs, kind, source, detail } = event;
  if (!(agoMs == null || agoMs >= 0)) return undefined;
  const seen = {
    agoMs: Math.min(agoMs ?? 0, AGO_MS_MAX, Math.max(0, sessionMs)),
    source: '',
    detail: plainText((detail ?? '').slice(0, 4 * DETAIL_LENGTH_MAX), DETAIL_LENGTH_MAX),
  };
  if (kind === 'device') return deviceSources.has(source ?? '') ? { ...seen, kind, source: source ?? '' } : undefined;
  if (kind === 'network') return seen.detail === '' ? undefined : { ...seen, kind };
  if (kind === 'page') return pageDetails.has(seen.detail) ? { ...seen, kind } : undefined;
  return undefined;
}
