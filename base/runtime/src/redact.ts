import { stdSerializers } from 'pino';

export const REDACTED = '[redacted]';

/** Names of secrets, compared with the whole key in lower case without separators. */
const SECRET_NAMES = new Set(['key', 'cookie', 'setcookie', 'sealed', 'signature', 'csrpem', 'certpem']);
/** Endings of keys that name a secret: accessToken, clusterSecret, keyPem, x-api-key … */
const SECRET_ENDINGS = [
  'token',
  'secret',
  'tokenbefore',
  'secretbefore',
  'password',
  'passphrase',
  'authorization',
  'keypem',
  'apikey',
  'privatekey',
  'credential',
  'credentials',
];
/**
 * Secrets inside other text: enrolment tokens, invitations, PEM private keys, JSON web tokens, bearer headers,
 * passwords in URLs. A password in a URL extends to the last `@`, since people also write `/` unencoded; the port of a
 * web address is not a password.
 */
const SECRET_TEXT =
  /(?:met1|mti1)\.[\w-]+\.[\w-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)|eyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=bearer )[\w.~+/=-]+|(?<=:\/\/[^\s/:@]*:)(?<!\b(?:https?|wss?|rtmps?):\/\/[^\s/:@]*:(?=\d{1,5}\/))[^\s"'`]+(?=@)|(?<=[?&][\w-]*(?:password|secret|token)=)[^\s&"'`]+/gi;
/** Scheme of a URL, even of a misspelt URL: everything before user, password and host. */
const SCHEME =
  /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:postgres(?:ql)?|rediss?(?:\+sentinel|\+cluster)?|https?|wss?|smtps?|rtmps?|turns?|stuns?|sqlite)[:/]+)/i;
const PASSWORD_COLON = /^[^/[]*?:(?!\d{1,5}(?:[/?#]|$))/;

/** Deeper or wider values are cut: a log line is for reading, and a cyclic or huge object must not stop the process. */
const DEPTH_MAX = 8;
const ENTRIES_MAX = 200;

export function isSecretName(name: string): boolean {
  const flat = name.toLowerCase().replaceAll(/[-_.]/g, '');
  return SECRET_NAMES.has(flat) || SECRET_ENDINGS.some((ending) => flat.endsWith(ending));
}

export function redactText(text: string): string {
  return text.replaceAll(SECRET_TEXT, REDACTED);
}

export function isUrlName(name: string): boolean {
  return /urls?$/i.test(name);
}

/** Removes user and password, even from an unreadable URL: all text before the last `@` may be a password. */
export function redactUrl(text: string): string {
  if (text.startsWith('/')) return redactText(text);
  const schemeOf = (one: string): string => SCHEME.exec(one)?.[0] ?? '';
  const at = text.lastIndexOf('@');
  if (at >= 0) return `${schemeOf(text)}${REDACTED}${redactText(text.slice(at))}`;
  const parts = text.split(',').map((part) => {
    const scheme = schemeOf(part);
    return PASSWORD_COLON.test(part.slice(scheme.length)) ? `${scheme}${REDACTED}` : redactText(part);
  });
  return parts.join(',');
}

/** Returns a copy for the log: secrets replaced at any depth, errors made readable, bytes only counted. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '[too deep]';
  if (value instanceof Error) return redactFields(stdSerializers.err(value), depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return value.toJSON();
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map((item) => redact(item, depth + 1));
  if (value instanceof Map) return redactFields(Object.fromEntries(value), depth);
  if (value instanceof Set) return redact([...value], depth);
  return redactFields(value, depth);
}

function redactFields(fields: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  const isInvalidUrl = 'code' in fields && fields.code === 'ERR_INVALID_URL';
  for (const [name, value] of Object.entries(fields).slice(0, ENTRIES_MAX)) {
    const isSecret = isSecretName(name) && value !== undefined && value !== null && typeof value !== 'boolean';
    const isUrl = isUrlName(name) || (isInvalidUrl && (name === 'input' || name === 'base'));
    copy[name] = isSecret ? REDACTED : isUrl ? redactUrls(value, depth + 1) : redact(value, depth + 1);
  }
  return copy;
}

function redactUrls(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactUrl(value);
  if (!Array.isArray(value)) return redact(value, depth);
  return value
    .slice(0, ENTRIES_MAX)
    .map((item: unknown) => (typeof item === 'string' ? redactUrl(item) : redact(item, depth + 1)));
}
