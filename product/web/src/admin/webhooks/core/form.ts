import type { EventName, NewWebhook, Webhook } from '../api.ts';
import type { WebhookKey } from '../text.ts';
import { eventGroups, hasNoLiveKit } from './events.ts';

export interface WebhookForm {
  readonly url: string;
  readonly description: string;
  /** Every kind of event; otherwise only `events`. */
  readonly isAll: boolean;
  readonly events: readonly EventName[];
  readonly format: Webhook['format'];
  /** For the format livekit: API key that signs. */
  readonly signer: string;
}

export type FormErrors = Partial<Record<'url' | 'events' | 'signer', WebhookKey>>;

export const emptyForm: WebhookForm = {
  url: 'https://',
  description: '',
  isAll: true,
  events: [],
  format: 'standard',
  signer: '',
};

export const formOf = ({ url, description, events, format, signer }: Webhook): WebhookForm => ({
  url,
  description,
  isAll: events.length === 0,
  events,
  format,
  signer,
});

/** Returns the kinds that the chosen format can send, in group order. */
export const sendable = (format: Webhook['format']) =>
  eventGroups.filter(({ events }) => format === 'standard' || !events.some(hasNoLiveKit));

export function toggled(form: WebhookForm, event: EventName, isOn: boolean): WebhookForm {
  const others = form.events.filter((one) => one !== event);
  return { ...form, events: isOn ? [...others, event] : others };
}

/** Returns the problems of the form; `{}` for none. */
export function errorsOf(form: WebhookForm): FormErrors {
  return {
    ...(!isTarget(form.url.trim()) && { url: 'urlWrong' as const }),
    ...(!form.isAll && chosenEvents(form).length === 0 && { events: 'eventsMissing' as const }),
    ...(form.format === 'livekit' && form.signer.trim() === '' && { signer: 'signerMissing' as const }),
  };
}

/** Returns the request body. It also serves for a change, since it contains every field. */
export const bodyOf = (form: WebhookForm): NewWebhook => ({
  url: form.url.trim(),
  description: form.description.trim(),
  events: form.isAll ? [] : [...chosenEvents(form)],
  format: form.format,
  signer: form.format === 'livekit' ? form.signer.trim() : '',
});

const chosenEvents = ({ events, format }: WebhookForm): readonly EventName[] =>
  events.filter((event) => format === 'standard' || !hasNoLiveKit(event));

/** Returns whether the text is a valid target URL by the API's rules. */
function isTarget(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash, hostname } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && hostname !== '' && username + password + hash === '';
}
