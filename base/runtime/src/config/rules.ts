// Rules of configurations that no schema can express, for any service.
import { accessSync, constants, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { redisTarget } from '../kv/redis-target.ts';
import { isUrlName } from '../redact.ts';
import { isRecord } from './files.ts';
import { type ConfigIssue, maskSecret } from './issues.ts';
import { isReference } from './references.ts';

/** `openssl rand -base64 32` gives about 28 different characters, 32 hexadecimal digits about 14. */
const DIFFERENT_CHARACTERS_MIN = 8;
const PLACEHOLDER = 'REPLACE-';
const MAKE_SECRET_HINT = 'make one: openssl rand -base64 32';

/** Secret of the examples, which every service refuses. Its text says how to make a real one. */
export const secretExample = `${PLACEHOLDER}openssl-rand-base64-32-AAAAAAAA`;

/** Returns an issue for every guessable or published secret, and for every placeholder, at any depth. */
export function secretIssues(config: unknown): ConfigIssue[] {
  return textsOf(config).flatMap(({ key, text }) => {
    const refuse = (allowed: string): ConfigIssue[] => [{ key, value: maskSecret('secret', text), allowed }];
    if (text.startsWith(PLACEHOLDER))
      return refuse(`your own: this one is from the documentation; ${MAKE_SECRET_HINT}`);
    if (!isSecret({ key, text }) || !isGuessable(text)) return [];
    return refuse(`a random secret: this one can be guessed; ${MAKE_SECRET_HINT}`);
  });
}

interface Text {
  readonly key: string;
  readonly text: string;
}

function textsOf(value: unknown, key = ''): Text[] {
  if (typeof value === 'string') return [{ key, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, at) => textsOf(item, `${key}[${at}]`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => textsOf(item, key === '' ? name : `${key}.${name}`));
}

/** Names of API keys are not secrets, and a shorter text is the password of a foreign server. */
const isSecret = ({ key, text }: Text): boolean => /(secret|token)$/i.test(key) && text.length >= 32;

function isGuessable(text: string): boolean {
  return new Set(text).size < DIFFERENT_CHARACTERS_MIN || `${text}${text}`.indexOf(text, 1) < text.length;
}

/** Returns an issue for every key with an unreadable URL, without its value. */
export function unreadableUrls(config: unknown): ConfigIssue[] {
  return textsOf(config).flatMap(({ key, text }) => {
    if (!isUrlName(key.replace(/\[\d+\]$/, ''))) return [];
    const urls = /^redis|@/.test(text) ? [text] : text.split(',');
    return urls.every(isReadableUrl) ? [] : [{ key, value: undefined, allowed: READABLE_URL }];
  });
}

const READABLE_URL =
  'an address that can be read: in a user or a password, percent-encode / (%2F), @ (%40), : (%3A), ?, # and %';
const WEB = /^(?:https?|wss?|rtmps?):/i;

function isReadableUrl(text: string): boolean {
  if (text.startsWith('sqlite:')) return true; // the rest is a path
  try {
    if (/^rediss?[:+]/.test(text)) return redisTarget(text).hosts.length > 0;
    // A PostgreSQL URL without a host names a socket after the question mark.
    const { username, password } = new URL(text.replace(/^(postgres[^?]*@)\//, '$1localhost/'));
    // `scheme://user:1/2@host` parses as host `user` with port 1.
    return WEB.test(text) || username !== '' || password !== '' || !/^[^?]*[^/]@/.test(text);
  } catch {
    return false;
  }
}

/** Warns of files with a secret that every user of the machine can read. */
export function readableIssues(files: readonly { readonly path: string; readonly value: unknown }[]): ConfigIssue[] {
  return files.flatMap(({ path, value }) => {
    const secret = textsOf(value).find((one) => isSecret(one) && !isReference(one.text));
    if (secret === undefined || (statSync(path).mode & constants.S_IROTH) === 0) return [];
    const allowed = `a file that others cannot read, for ${secret.key} stands in it: chmod o= ${path}`;
    return [{ key: '--config', value: path, allowed, isWarning: true }];
  });
}

export function folderIssues(key: string, path: string): ConfigIssue[] {
  let folder = resolve(path);
  let stats = statSync(folder, { throwIfNoEntry: false });
  while (stats === undefined && folder !== dirname(folder)) {
    folder = dirname(folder);
    stats = statSync(folder, { throwIfNoEntry: false });
  }
  const refuse = (allowed: string): ConfigIssue[] => [{ key, value: path, allowed }];
  if (stats?.isDirectory() !== true) return refuse(`a folder, and ${folder} is a file`);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return [];
  } catch {
    return refuse(`a folder that this user can write in, and in ${folder} it cannot`);
  }
}

export interface PortUse {
  readonly key: string;
  readonly ip: string;
  readonly protocol: 'tcp' | 'udp';
  readonly portMin: number;
  readonly portMax: number;
}

/** Returns an issue for each use that has a port in common with an earlier use. Port 0 is any free port. */
export function portIssues(uses: readonly PortUse[]): ConfigIssue[] {
  return uses.flatMap((use, at) => {
    const conflicting = uses.slice(0, at).find((one) => doOverlap(one, use));
    if (conflicting === undefined) return [];
    const [from, to] = [Math.max(use.portMin, conflicting.portMin), Math.min(use.portMax, conflicting.portMax)];
    const ports = from === to ? `port ${from}` : `ports ${from} to ${to}`;
    const value = use.portMin === use.portMax ? use.portMin : `${use.portMin} to ${use.portMax}`;
    return [{ key: use.key, value, allowed: `other ports: ${conflicting.key} has ${use.protocol} ${ports} too` }];
  });
}

function doOverlap(a: PortUse, b: PortUse): boolean {
  if (a.protocol !== b.protocol || a.portMax === 0 || b.portMax === 0) return false;
  if (a.portMax < b.portMin || b.portMax < a.portMin) return false;
  return a.ip === b.ip || covers(a.ip, b.ip) || covers(b.ip, a.ip);
}

/** `::` accepts IPv4 as well. */
const covers = (all: string, one: string): boolean => all === '::' || (all === '0.0.0.0' && isIP(one) === 4);

export const isUnspecified = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';

/** Returns who can reach an address. Host names count as everywhere. */
export function reachOf(host: string): 'machine' | 'network' | 'everywhere' {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))) return 'machine';
  if (isIP(bare) === 4)
    return /^(10|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(bare)
      ? 'network'
      : 'everywhere';
  return isIP(bare) === 6 && /^(f[cd]|fe[89ab])/.test(bare) ? 'network' : 'everywhere';
}

/** Accepts `scheme://HOST` or `scheme://HOST:PORT` and nothing more; with `path`, a path without a query may follow. */
export function urlIssues(key: string, text: string, o: { path?: boolean; example: string }): ConfigIssue[] {
  const refuse = (allowed: string): ConfigIssue[] => [
    { key, value: maskSecret(key, text), allowed, example: o.example },
  ];
  if (!URL.canParse(text)) return refuse('an address with a host, and a port of at most 65535');
  const { username, password, pathname, search, hash } = new URL(text);
  if (username !== '' || password !== '') return refuse('an address without user and password');
  if (search !== '' || hash !== '') return refuse('an address without ? and #');
  return o.path === true || pathname === '' || pathname === '/' ? [] : refuse('an address without a path');
}
