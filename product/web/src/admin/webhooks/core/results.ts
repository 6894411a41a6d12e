import type { Tone } from '../../traffic/tone.ts';
import type { Delivery, Webhook } from '../api.ts';
import type { SayWebhook, WebhookKey } from '../text.ts';

export interface TonedText {
  readonly tone: Tone;
  readonly text: string;
}

export function stateOf({ enabled, disabledReason }: Webhook, say: SayWebhook): TonedText {
  if (enabled) return { tone: 'good', text: say('state.on') };
  return disabledReason === 'gone'
    ? { tone: 'bad', text: say('state.gone') }
    : { tone: 'quiet', text: say('state.paused') };
}

export function eventsText({ events }: Webhook, say: SayWebhook): string {
  if (events.length === 0) return say('everything');
  return events.length === 1 ? say('countOne') : say('count', { count: events.length });
}

export function eventText(event: string, eventTexts: Readonly<Record<string, string>>, say: SayWebhook): string {
  const key = `event.${event}`;
  return Object.hasOwn(eventTexts, key) ? say(key as WebhookKey) : event;
}

/** Returns a text for the delivery's state, with the status of the last response, if any. */
export function resultOf(delivery: Pick<Delivery, 'state' | 'attempts' | 'lastStatus'>, say: SayWebhook): TonedText {
  const { state, attempts, lastStatus = 0 } = delivery;
  const withStatus = (key: WebhookKey): string => (lastStatus > 0 ? `${say(key)} · ${lastStatus}` : say(key));
  switch (state) {
    case 'delivered':
      return { tone: 'good', text: withStatus('result.delivered') };
    case 'failed':
      return { tone: 'bad', text: withStatus('result.failed') };
    case 'cancelled':
      return { tone: 'quiet', text: say('result.cancelled') };
    default:
      return attempts === 0
        ? { tone: 'quiet', text: say('result.waiting') }
        : { tone: 'warn', text: withStatus('result.retried') };
  }
}

const ofName: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENODATA']);
const named: ReadonlySet<string> = new Set([
  'TIMEOUT',
  'TARGET_REFUSED',
  'REDIRECT',
  'ECONNREFUSED',
  'ECONNRESET',
  'KEY_REVOKED',
  'EVENT_GONE',
]);

/**
 * Returns why the last attempt failed; undefined after success or without an attempt. `status`: of the response, 0 for
 * none.
 */
export function failureTextOf(
  status: number | undefined,
  code: string | undefined,
  say: SayWebhook,
): string | undefined {
  if (status === undefined) return undefined;
  if (code !== undefined && code !== '') {
    if (ofName.has(code)) return say('why.unknownHost');
    if (named.has(code)) return say(`why.${code}` as WebhookKey, { status });
    return say(/CERT|SIGNATURE|TLS|SSL/.test(code) ? 'why.certificate' : 'why.other', { code });
  }
  if (status === 0) return say('why.other', { code: '—' });
  if (status >= 200 && status < 300) return undefined;
  const digit = Math.floor(status / 100);
  return say(digit === 4 ? 'why.status4' : digit === 5 ? 'why.status5' : 'why.status', { status });
}

export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body; // not JSON: shown unchanged
  }
}
