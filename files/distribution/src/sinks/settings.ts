// Settings by kind of receiver: the api checks and seals them, library nodes make sinks from them.
import { isIP } from 'node:net';
import { hostTargetIssue, httpTargetIssue, type TargetAddresses, type TargetIssue } from '@meridian/node-shell';
import { type Static, type TObject, Type } from 'typebox';
import { Errors } from 'typebox/value';
import type { ReceiverKind } from '../contract.ts';
import { isPrivateKey } from './private-key.ts';

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
    /** Letters, digits, `-` and single dots: the bucket may become part of a host name. */
    bucket: Type.String({ minLength: 3, maxLength: 63, pattern: '^[a-z0-9]([.]?[a-z0-9-]*[a-z0-9])*$' }),
    /** Prefix of `ITEM/NAME`, without slashes at its ends; may be `''`. */
    prefix: Type.String({ maxLength: 512 }),
    /** ASCII without blanks and the separators of the `Authorization` header (`,`, `/`, `=`), in which it is sent. */
    accessKeyId: Type.String({ minLength: 1, maxLength: 256, pattern: '^[!-+.0-<>-~-]+$' }),
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
    hostKey: Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$' }),
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

/**
 * Returns a text that differs when secrets would be sent to another server or account: the origin of a URL, an S3
 * endpoint with its bucket, an SFTP server with its key and user.
 */
export function targetOf(kind: ReceiverKind, settings: Readonly<Record<string, unknown>>): string {
  const { url, endpoint, bucket, host, port, hostKey, username } = settings;
  if (kind === 's3') return JSON.stringify([URL.parse(String(endpoint))?.href, bucket]);
  if (kind === 'sftp') return JSON.stringify([String(host).toLowerCase(), port, hostKey, username]);
  return kind === 'pull' ? (URL.parse(String(url))?.origin ?? '') : '';
}

export interface SettingsIssue extends TargetIssue {
  readonly pointer: string;
}

type Checked = Pick<TargetAddresses, 'isRefusedHost'> | undefined;

/**
 * Returns problems without values, which may be secret; empty if the settings fit. `addresses` checks a host that is an
 * address; names are checked when dialled.
 */
export function settingsIssues(kind: ReceiverKind, settings: unknown, addresses?: Checked): SettingsIssue[] {
  const wrong = Errors(settingsSchemas[kind], settings);
  if (wrong.length > 0) return wrong.map(({ instancePath, message }) => issueAt(instancePath || '/', message));
  const unreadable = Object.entries(settings as Readonly<Record<string, unknown>>).flatMap(([name, value]) =>
    typeof value === 'string' && !isText(name, value) ? [issueAt(`/${name}`, 'has characters that no text has')] : [],
  );
  if (unreadable.length > 0) return unreadable;
  if (kind === 's3') return s3Issues(settings as S3Settings, addresses);
  if (kind === 'sftp') return sftpIssues(settings as SftpSettings, addresses);
  return kind === 'pull' ? urlIssues('/url', (settings as PullSettings).url, addresses) : [];
}

const issueAt = (pointer: string, detail: string): SettingsIssue => ({ pointer, detail, code: 'REQUEST_INVALID' });

/** Returns whether a value can be sent: whole characters of Unicode, and lines only in a key. */
const isText = (name: string, value: string): boolean =>
  value.isWellFormed() && (name === 'privateKey' || !/\p{Cc}/u.test(value));

function s3Issues({ endpoint, bucket, prefix }: S3Settings, addresses: Checked): SettingsIssue[] {
  const issues = urlIssues('/endpoint', endpoint, addresses);
  if (URL.canParse(endpoint) && new URL(endpoint).search !== '') issues.push(issueAt('/endpoint', 'has no query'));
  if (isIP(bucket) !== 0) issues.push(issueAt('/bucket', 'is an address'));
  if (prefix !== '' && !isPlainPath(prefix)) issues.push(issueAt('/prefix', PLAIN_PATH));
  return issues;
}

function sftpIssues(settings: SftpSettings, addresses: Checked): SettingsIssue[] {
  const { host, password, privateKey, path } = settings;
  const refused = addresses && hostTargetIssue(host, addresses);
  const issues: SettingsIssue[] = refused === undefined ? [] : [{ pointer: '/host', ...refused }];
  // A host with a colon is an address of IPv6; a port has a field of its own.
  if (host.includes(':') && isIP(host) === 0) issues.push(issueAt('/host', 'is no name and no address'));
  if ((password === undefined) === (privateKey === undefined))
    issues.push(issueAt('/password', 'exactly one of password and privateKey is required'));
  if (privateKey !== undefined && !isPrivateKey(privateKey))
    issues.push(issueAt('/privateKey', 'is no private key in OpenSSH or PEM format (RSA, EC) without a passphrase'));
  if (path !== '/' && !isPlainPath(path.replace(/^\//, ''))) issues.push(issueAt('/path', PLAIN_PATH));
  return issues;
}

function urlIssues(pointer: string, text: string, addresses: Checked): SettingsIssue[] {
  const issue = httpTargetIssue(text, addresses);
  return issue === undefined ? [] : [{ pointer, ...issue }];
}

const PLAIN_PATH = 'has segments with a slash between them, none of which is empty or ..';

/** `.` alone is the start folder of an SFTP user. */
const isPlainPath = (path: string): boolean =>
  path === '.' || path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
