// TURN servers for the nodes that name them to clients: configuration, rules and credentials.
import { createHmac } from 'node:crypto';
import {
  type Clock,
  type ConfigIssue,
  reachOf,
  readSecretFile,
  SECRET_LENGTH_MIN,
  secretExample,
  secretFileIssues,
} from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { type IceServer, mintIceServer, readTurnUrl } from './core/turn.ts';

/** Browsers try all of them at once, and warn from five on. */
const URLS_MAX = 4;
const exampleUrl = 'turn:turn.example.org:3478?transport=udp';
const exampleUrls = [exampleUrl, 'turns:turn.example.org:443?transport=tcp'];

/** Optional key of the nodes that name TURN servers to clients; the same on all of them. */
export const turnConfig = Type.Optional(
  Type.Object(
    {
      urls: Type.Array(Type.String({ minLength: 1, maxLength: 256, examples: [exampleUrl] }), {
        minItems: 1,
        maxItems: URLS_MAX,
        description: 'Their addresses: `turn:` by UDP or TCP, `turns:` by TLS.',
        examples: [exampleUrls],
      }),
      secret: Type.Optional(
        Type.String({
          minLength: SECRET_LENGTH_MIN,
          maxLength: 512,
          description: "coturn's `static-auth-secret`, which makes the credentials.",
          examples: [secretExample],
        }),
      ),
      secretFile: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'In place of `secret`: the file that holds it, and nothing else. Read at the start.',
          examples: ['/etc/meridian/turn.secret'],
        }),
      ),
      lifetimeMs: Type.Integer({
        minimum: 60_000,
        maximum: 7 * 86_400_000,
        default: 43_200_000,
        description: 'How long credentials are good for. A session gets fresh ones when its ICE restarts or it moves.',
      }),
    },
    {
      examples: [{ urls: exampleUrls, secret: secretExample }],
      description:
        'Your TURN servers, for clients that reach media nodes in no other way ([deploy.md](deploy.md#turn)): `use-auth-secret` of coturn.',
    },
  ),
);
export type TurnConfig = Readonly<NonNullable<Static<typeof turnConfig>>>;

export function turnIssues(config: TurnConfig | undefined): ConfigIssue[] {
  return config === undefined ? [] : [...config.urls.flatMap(urlIssuesAt), ...secretIssuesOf(config)];
}

function urlIssuesAt(value: string, at: number): ConfigIssue[] {
  const key = `turn.urls[${at}]`;
  const read = readTurnUrl(value);
  if ('refused' in read) return [{ key, value, allowed: read.refused, example: exampleUrl }];
  if (reachOf(read.host) !== 'machine') return [];
  const allowed = 'an address by which clients reach it: this one leads each to its own machine';
  return [{ key, value, allowed, example: exampleUrl, isWarning: true }];
}

function secretIssuesOf({ secret, secretFile }: TurnConfig): ConfigIssue[] {
  const oneOf = (key: string, allowed: string): ConfigIssue[] => [{ key, value: undefined, allowed }];
  if (secret === undefined && secretFile === undefined)
    return oneOf('turn.secret', 'the static-auth-secret of your TURN servers; or turn.secretFile, which holds it');
  if (secretFile === undefined) return [];
  return secret === undefined
    ? secretFileIssues('turn.secretFile', secretFile)
    : oneOf('turn.secretFile', 'either turn.secret or turn.secretFile');
}

export class TurnServers {
  readonly #config: TurnConfig | undefined;
  readonly #secret: string;
  readonly #clock: Pick<Clock, 'wallMs'>;

  /** Reads the secret. Throws ConfigError when its file contains none. */
  constructor(config: TurnConfig | undefined, clock: Pick<Clock, 'wallMs'>) {
    this.#config = config;
    this.#clock = clock;
    const file = config?.secretFile;
    this.#secret = file === undefined ? (config?.secret ?? '') : readSecretFile('turn.secretFile', file);
  }

  /** Returns the servers with credentials for `lifetimeMs`, `lifeMsMax` at most; empty when none are configured. */
  serversFor(sessionId: string, lifeMsMax = Number.POSITIVE_INFINITY): IceServer[] {
    const config = this.#config;
    if (config === undefined) return [];
    const lifetimeMs = Math.min(config.lifetimeMs, lifeMsMax);
    const sign = (text: string): string => createHmac('sha1', this.#secret).update(text).digest('base64');
    return [mintIceServer({ urls: config.urls, lifetimeMs }, { sessionId, wallMs: this.#clock.wallMs(), sign })];
  }
}
