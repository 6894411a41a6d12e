// Settings by kind of receiver: the api checks and seals them, library nodes make sinks from them.
import { isIP } from 'node:net';
import type { TargetAddresses } from '@meridian/node-shell';
import { type Static, type TObject, Type } from 'typebox';
import { Errors } from 'typebox/value';
import type { ReceiverKind } from '../contract.ts';

const closed = { additionalProperties: false } as const;
const url = Type.String({ minLength: 8, maxLength: 512, pattern: '^https?://[^\\s]+$' });

/**
 * S3 or a compatible server. The key must allow listing uploads and parts, put, head and abort. Endpoint, region and
 * keys are required, so that those of this machine are never used for third parties.
 */
const s3Settings = Type.Object(
  {
    endpoint: url,
    region: Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9-]+$' }),
    bucket: Type.String({ minLength: 3, maxLength: 63, pattern: '^[a-z0-9][a-z0-9.-]+$' }),
    /** Prefix of `ITEM/NAME`, without slashes at its ends; may be `''`. */
    prefix: Type.String({ maxLength: 512 }),
    accessKeyId: Type.String({ minLength: 1, maxLength: 256 }),
    secretAccessKey: Type.String({ minLength: 1, maxLength: 256 }),
    /** True: the bucket is in the path instead of the host name. */
    pathStyle: Type.Boolean(),
  },
  closed,
);
export type S3Settings = Readonly<Static<typeof s3Settings>>;

/** Needs exactly one of `password` and `privateKey`. */
const sftpSettings = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9.:_-]+$' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    username: Type.String({ minLength: 1, maxLength: 128 }),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    /** PEM or OpenSSH format, without a passphrase. */
    privateKey: Type.Optional(Type.String({ maxLength: 16_384, pattern: '^-----BEGIN [A-Z ]*PRIVATE KEY-----' })),
    /** Fingerprint as `ssh-keygen -lf` shows it; a server with another key gets nothing. */
    hostKey: Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' }),
    /** Parent folder of `ITEM/NAME`: absolute, or relative to the user's start folder. */
    path: Type.String({ minLength: 1, maxLength: 512 }),
    /** Reads the written file back and compares it. */
    verify: Type.Boolean(),
  },
  closed,
);
export type SftpSettings = Readonly<Static<typeof sftpSettings>>;

const pullSettings = Type.Object(
  {
    url,
    /** Key of the signature: `whsec_` and at least 24 bytes in base64. */
    secret: Type.String({ maxLength: 256, pattern: '^whsec_[A-Za-z0-9+/]{32,}={0,2}$' }),
  },
  closed,
);
export type PullSettings = Readonly<Static<typeof pullSettings>>;

const noSettings = Type.Object({}, closed);

export interface SettingsOf {
  readonly agent: Readonly<Record<string, never>>;
  readonly region: Readonly<Record<string, never>>;
  readonly s3: S3Settings;
  readonly sftp: SftpSettings;
  readonly pull: PullSettings;
}

export const settingsSchemas: Readonly<Record<ReceiverKind, TObject>> = {
  agent: noSettings,
  region: noSettings,
  s3: s3Settings,
  sftp: sftpSettings,
  pull: pullSettings,
};

/** Fields that are sealed in storage and never shown again. */
export const secretFields: Readonly<Record<ReceiverKind, readonly string[]>> = {
  agent: [],
  region: [],
  s3: ['secretAccessKey'],
  sftp: ['password', 'privateKey'],
  pull: ['secret'],
};

export interface SettingsIssue {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * Returns problems without values, which may be secret; empty if the settings fit. `addresses` checks a host that is an
 * address; names are checked when dialled.
 */
export function settingsIssues(kind: ReceiverKind, settings: unknown, addresses?: TargetAddresses): SettingsIssue[] {
  const wrong = Errors(settingsSchemas[kind], settings);
  if (wrong.length > 0)
    return wrong.map(({ instancePath, message }) => ({ pointer: instancePath || '/', detail: message }));
  if (kind === 's3') return s3Issues(settings as S3Settings, addresses);
  if (kind === 'sftp') return sftpIssues(settings as SftpSettings, addresses);
  return kind === 'pull' ? urlIssues('/url', (settings as PullSettings).url, addresses) : [];
}

function s3Issues({ endpoint, prefix }: S3Settings, addresses: TargetAddresses | undefined): SettingsIssue[] {
  const issues = urlIssues('/endpoint', endpoint, addresses);
  if (URL.canParse(endpoint) && new URL(endpoint).search !== '')
    issues.push({ pointer: '/endpoint', detail: 'has no query' });
  if (prefix !== '' && !isPlainPath(prefix))
    issues.push({ pointer: '/prefix', detail: 'has segments with a slash between them, none of which is empty or ..' });
  return issues;
}

function sftpIssues(settings: SftpSettings, addresses: TargetAddresses | undefined): SettingsIssue[] {
  const { host, password, privateKey, path } = settings;
  const issues = hostIssues('/host', host, addresses);
  if ((password === undefined) === (privateKey === undefined))
    issues.push({ pointer: '/password', detail: 'exactly one of password and privateKey is required' });
  if (path !== '/' && !isPlainPath(path.replace(/^\//, '')))
    issues.push({ pointer: '/path', detail: 'has segments with a slash between them, none of which is empty or ..' });
  return issues;
}

function urlIssues(pointer: string, text: string, addresses: TargetAddresses | undefined): SettingsIssue[] {
  const detail = 'http:// or https:// with a host, without user, password and fragment';
  if (!URL.canParse(text)) return [{ pointer, detail }];
  const { username, password, hash, hostname } = new URL(text);
  if (hostname === '' || username + password + hash !== '') return [{ pointer, detail }];
  return hostIssues(pointer, hostname, addresses);
}

function hostIssues(pointer: string, hostname: string, addresses: TargetAddresses | undefined): SettingsIssue[] {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const address = /(^|\.)localhost$/.test(host) ? '127.0.0.1' : host;
  const isInside = addresses !== undefined && isIP(address) !== 0 && !addresses.isAllowed(address);
  return isInside ? [{ pointer, detail: 'is a private address, which is not allowed' }] : [];
}

/** `.` alone is the start folder of an SFTP user. */
const isPlainPath = (path: string): boolean =>
  path === '.' ||
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/\p{Cc}/u.test(part));
