// Requests to the page's own server: the service's addresses, and a token in development.
import { isIdentity } from '@meridian/protocol';
import { randomText } from './random.ts';

export interface PageConfig {
  entryUrls: readonly string[];
  /** Origins of gateways; empty when other protocols are not offered. */
  gatewayUrls: readonly string[];
  development: boolean;
  devToken: boolean;
  /** Whether the site has an API at /api/v1 for links. */
  api: boolean;
}

/** Why the page's own server did not answer: CONFIG_UNREACHABLE, TOKEN_REFUSED or TOKEN_MISSING. */
export class PageError extends Error {
  readonly code: 'CONFIG_UNREACHABLE' | 'TOKEN_REFUSED' | 'TOKEN_MISSING';
  constructor(code: PageError['code'], cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'PageError';
    this.code = code;
  }
}

const TIMEOUT_MS = 5000;

/** GET /config.json. Rejects with PageError. */
export async function fetchPageConfig(): Promise<PageConfig> {
  const body = await askServer('/config.json', undefined, 'CONFIG_UNREACHABLE');
  const { entryUrls, gatewayUrls, development, devToken, api } = (body ?? {}) as { [K in keyof PageConfig]?: unknown };
  if (!Array.isArray(entryUrls) || !entryUrls.every((url) => typeof url === 'string') || entryUrls.length === 0) {
    throw new PageError('CONFIG_UNREACHABLE');
  }
  const gateways = Array.isArray(gatewayUrls) ? gatewayUrls.filter((url) => typeof url === 'string') : [];
  return {
    entryUrls,
    gatewayUrls: gateways,
    development: development === true,
    devToken: devToken === true,
    api: api === true,
  };
}

/** POST /dev/token. Rejects with PageError. */
export async function fetchDevToken(request: {
  room: string;
  identity: string;
  name: string;
  viewer?: boolean;
  guest?: boolean;
  check?: boolean;
}): Promise<string> {
  const body = await askServer('/dev/token', request, 'TOKEN_REFUSED');
  const token = (body as { token?: unknown } | null)?.token;
  if (typeof token !== 'string') throw new PageError('TOKEN_REFUSED');
  return token;
}

async function askServer(path: string, body: unknown, code: PageError['code']): Promise<unknown> {
  try {
    const response = await fetch(path, {
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.json();
  } catch (cause) {
    throw new PageError(code, cause);
  }
}

const IDENTITY_KEY = 'meridian.identity';
const NAME_IN_IDENTITY_MAX = 100; // with the suffix it stays under the protocol's 128

/**
 * Returns the identity of this tab: the name and a random suffix that lasts as long as the tab, so that a reload is the
 * same participant.
 */
export function identityFor(name: string): string {
  let suffix = readSession(IDENTITY_KEY);
  if (suffix === undefined || !/^[a-z0-9]{8}$/.test(suffix)) {
    suffix = randomText(8);
    writeSession(IDENTITY_KEY, suffix);
  }
  // Names may contain characters that identities may not: a zero-width space, a joiner at an end.
  const allowedCharacters = Array.from(name).filter((one) => one === ' ' || isIdentity(one));
  const start = allowedCharacters.slice(0, NAME_IN_IDENTITY_MAX / 2).join('');
  return `${start.trim()}-${suffix}`;
}

// Storage throws where the user forbids it; then a reload makes a new participant.
function readSession(key: string): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function writeSession(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch (error) {
    console.info('The identity was not stored; a reload makes a new participant:', error);
  }
}
