// The cloud that is flooded: addresses of its services, and keys that honest clients were given before.
import { SignJWT } from 'jose';
import { firstAdminUrl } from '../../../infra/local/first-admin.ts';
import { signDevToken } from '../../../product/web/server/dev-token.ts';
import type { TestCloud } from '../../test/support/cloud.ts';
import { askHttp } from './asks.ts';

export const person = { email: 'ada@example.org', password: 'a long and unusual sentence', name: 'Ada' };
/** They publish in turn: a key comes again when the point that it left has long been over. */
const ENCODERS = 32;

export interface Scene {
  readonly cloud: TestCloud;
  readonly pageUrl: string;
  readonly apiUrl: string;
  /** Of the signaling node and the gateway that are flooded. */
  readonly signalingUrl: string;
  readonly gatewayUrl: string;
  readonly rtmpUrl: string;
  /** What answers `GET /healthz`, by process. */
  readonly healthUrls: ReadonlyMap<string, string>;
  readonly publishKeys: readonly string[];
  readonly stream: { readonly publishUrl: string; readonly playUrl: string };
  /** Of a participant. */
  token(room: string, identity: string): Promise<string>;
  /** For REST; it lives for a minute. */
  apiToken(): Promise<string>;
}

/** Makes a person that signs in, and keys of encoders and viewers. */
export async function prepare(cloud: TestCloud): Promise<Scene> {
  const port = (base: number): number => base + cloud.portOffset;
  const gatewayUrl = `http://127.0.1.8:${port(7890)}`;
  const { devKey } = cloud.secrets();
  const token = (room: string, identity: string): Promise<string> =>
    signDevToken({ ...devKey, request: { room, identity, name: identity }, nowMs: Date.now() });
  await makePerson(cloud);
  const waysOf = async (room: string, identity: string): Promise<Ways> =>
    JSON.parse(
      await askHttp({
        url: `${gatewayUrl}/v1/ways`,
        from: addressOf(ways++),
        method: 'POST',
        headers: { authorization: `Bearer ${await token(room, identity)}` },
        body: {},
      }),
    ) as Ways;
  let ways = 0;
  const encoders: string[] = [];
  for (let at = 0; at < ENCODERS; at += 1)
    encoders.push((await waysOf(`encoders-${at % 4}`, `person-${at}`)).publish.rtmp.key);
  const studio = await waysOf('studio', 'studio');
  const rtmpUrl = `rtmp://127.0.1.8:${port(1935)}/live`;
  return {
    cloud,
    pageUrl: cloud.pageUrl,
    apiUrl: `http://127.0.0.1:${port(7810)}`,
    signalingUrl: cloud.entryUrl('frankfurt'),
    gatewayUrl,
    rtmpUrl,
    healthUrls: new Map([
      ['web', `${cloud.pageUrl}/healthz`],
      ['api', `http://127.0.0.1:${port(7810)}/healthz`],
      ['centre', `${cloud.centreUrl}/healthz`],
      ['sig-fra', `${cloud.entryUrl('frankfurt')}/healthz`],
      ['sig-sgp', `${cloud.entryUrl('singapore')}/healthz`],
      ['gw-fra', `${gatewayUrl}/healthz`],
      ['gw-sgp', `http://127.0.2.8:${port(7890)}/healthz`],
    ]),
    publishKeys: encoders,
    stream: {
      publishUrl: `${rtmpUrl}/${studio.publish.rtmp.key}`,
      // `at`: served where it comes to, whichever gateway is nearer.
      playUrl: `${gatewayUrl}${new URL(studio.play.flv).pathname}?at=gw-fra`,
    },
    token,
    apiToken: () =>
      new SignJWT({ scope: 'meetings:read' })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(devKey.key)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(Buffer.from(devKey.secret)),
  };
}

interface Ways {
  readonly publish: { readonly rtmp: { readonly key: string } };
  readonly play: { readonly flv: string };
}

/** Local address of the `count`th honest client. Floods come from 127.2.0.0/16. */
export const addressOf = (count: number): string => `127.1.${Math.floor(count / 250) % 250}.${1 + (count % 250)}`;

async function makePerson(cloud: TestCloud): Promise<void> {
  const { operatorKey } = cloud.secrets();
  const code = (await firstAdminUrl({ url: cloud.pageUrl, operatorKey, tenant: 'dev' }))?.split('/').at(-1);
  const { email, name, password } = person;
  await askHttp({
    url: `${cloud.pageUrl}/api/v1/setup`,
    from: '127.0.0.1',
    method: 'POST',
    headers: { origin: cloud.pageUrl },
    body: { code, email, name, password },
  });
}
