// Targets of alarm messages, and what would make each message to them fail. Addresses are checked elsewhere.
import { EMAIL } from '../../access/core/email.ts';
import { smsBodyOf } from './content.ts';

export const receiverKinds = ['webhook', 'mail', 'sms', 'alertmanager'] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

/** Where messages go; sealed in the database. */
export interface Target {
  readonly url?: string;
  /** For mail: addresses; for sms: a number. */
  readonly to?: readonly string[];
  /** For sms: headers, including the provider's secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For sms: template with {to} and {text}. */
  readonly body?: string;
  readonly secret?: string;
}

export interface TargetField {
  readonly pointer: string;
  readonly detail: string;
}

/** Headers that frame the request or choose its connection (RFC 9110, sections 7.6.1 and 7.8; RFC 9112, section 6). */
const FRAMING = new Set([
  ...['connection', 'content-length', 'content-encoding', 'expect', 'host', 'keep-alive', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'proxy-authorization', 'proxy-connection'],
]);
/** Values as HTTP sends them: visible Latin-1, blanks and tabs (RFC 9110, section 5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Text with the characters that escaping must keep apart. */
const SAMPLE = { text: 'a "b" \\ &=%\n', to: '+1' };

/** Returns why messages to the target cannot be sent; empty if they can. Details show no values. */
export function targetIssues(kind: ReceiverKind, target: Target): TargetField[] {
  if (kind === 'mail') return mailIssues(target);
  if (kind === 'alertmanager' && (URL.parse(target.url ?? '')?.search ?? '') !== '')
    return [{ pointer: '/url', detail: 'has no query: a path is added to it' }];
  return kind === 'sms' ? smsIssues(target) : [];
}

function mailIssues({ to = [] }: Target): TargetField[] {
  if (to.length === 0) return [{ pointer: '/to', detail: 'must have at least one address' }];
  return to.flatMap((address, at) =>
    EMAIL.test(address) ? [] : [{ pointer: `/to/${at}`, detail: 'is no mail address' }],
  );
}

function smsIssues({ to, headers = {}, body = '' }: Target): TargetField[] {
  if (to?.length !== 1) return [{ pointer: '/to', detail: 'one number' }];
  const [number = ''] = to;
  if (number.trim() === '' || !isPrintable(number))
    return [{ pointer: '/to/0', detail: 'has characters that no number has' }];
  const issues = headerIssues(headers);
  if (!body.includes('{text}')) issues.push({ pointer: '/body', detail: 'has {text} in it, and usually {to}' });
  if (!body.isWellFormed()) issues.push({ pointer: '/body', detail: 'is not Unicode' });
  const mediaType = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (issues.length === 0 && !isSendable(body, mediaType ?? 'application/json', number))
    issues.push({ pointer: '/body', detail: 'is no JSON once {to} and {text} are replaced, and its content type is' });
  return issues;
}

function headerIssues(headers: Readonly<Record<string, string>>): TargetField[] {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return Object.entries(headers).flatMap(([name, value], at) => {
    const pointer = `/headers/${name}`;
    if (FRAMING.has(name.toLowerCase())) return [{ pointer, detail: 'is set by the sender' }];
    if (names.indexOf(name.toLowerCase()) !== at) return [{ pointer, detail: 'is there twice' }];
    return HEADER_VALUE.test(value)
      ? []
      : [{ pointer, detail: 'has line breaks, control characters, or others that a header cannot have' }];
  });
}

/** Returns whether a JSON body stays one with every text. */
function isSendable(template: string, mediaType: string, to: string): boolean {
  if (!/[/+]json\b/i.test(mediaType)) return true;
  try {
    JSON.parse(smsBodyOf(template, mediaType, { ...SAMPLE, to }));
    return true;
  } catch {
    return false;
  }
}

const isPrintable = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
