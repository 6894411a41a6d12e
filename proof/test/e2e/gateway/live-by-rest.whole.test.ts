// A company's server manages keys, pushes and revocations by REST alone; encoders and rooms are real.
import { AccessToken } from 'livekit-server-sdk';
import { afterEach, expect, it } from 'vitest';
import { Ffmpegs, untilFfmpegExit } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';

const cloud = sharedCloud();
const ffmpegs = new Ffmpegs();
afterEach(() => ffmpegs.end());

interface Live {
  readonly publishers: readonly { identity: string; protocol: string; gateway: string; video?: { width: number } }[];
  readonly outputs: readonly { protocol: string }[];
  readonly gatewaysSilent: readonly string[];
}
interface NewKey {
  readonly id: string;
  readonly publish: { readonly rtmp: { readonly url: string } };
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const { key, secret } = cloud.secrets().devKey;
  const token = new AccessToken(key, secret, { ttl: '5m' });
  token.addGrant({ roomCreate: true, ingressAdmin: true });
  const headers = {
    authorization: `Bearer ${await token.toJwt()}`,
    ...(body && { 'content-type': 'application/json' }),
  };
  const url = `${cloud.pageUrl}/api/v1${path}`;
  const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${text}`).toBe(true);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
const live = (room: string) => ask<Live>('GET', `/rooms/${room}/live`);

it('an encoder publishes by a key, is pushed to another room, and ends when the key is revoked', async () => {
  const [stage, copy] = ['rest-stage', 'rest-copy'];
  for (const name of [stage, copy]) await ask('POST', '/rooms', { name });
  const makeKey = (room: string, identity: string) =>
    ask<NewKey>('POST', `/rooms/${room}/stream-keys`, { identity, use: 'publish' });
  const [ofStage, ofCopy] = [await makeKey(stage, 'camera'), await makeKey(copy, 'relay')];

  const encoder = ffmpegs.publish(ofStage.publish.rtmp.url);
  const [publisher] = await until('the encoder is seen', async () => {
    const { publishers } = await live(stage);
    return publishers[0]?.video?.width === 320 && publishers;
  });
  expect(publisher).toMatchObject({ identity: 'camera', protocol: 'rtmp', region: expect.any(String) });

  const url = ofCopy.publish.rtmp.url;
  const push = await ask<{ id: string; url: string }>('POST', `/rooms/${stage}/pushes`, { url });
  expect(push.url).toMatch(/\/live\/\*\*\*$/);
  await until('the push has arrived', async () => (await live(copy)).publishers[0]?.video?.width === 320);
  const { data } = await ask<{ data: object[] }>('GET', `/rooms/${stage}/pushes`);
  expect(data).toMatchObject([{ id: push.id, state: 'live', url: push.url }]);
  const { outputs, gatewaysSilent } = await live(stage);
  expect([outputs.map(({ protocol }) => protocol), gatewaysSilent]).toEqual([['push'], []]);

  await ask('DELETE', `/rooms/${stage}/stream-keys/${ofStage.id}`);
  await untilFfmpegExit(encoder);
  await until('the last publisher is gone', async () => (await live(stage)).publishers.length === 0);
  expect(await untilFfmpegExit(ffmpegs.publish(ofStage.publish.rtmp.url))).not.toBe(0);
  await ask('DELETE', `/rooms/${stage}/pushes/${push.id}`);
  await until('the push has ended', async () => (await live(copy)).publishers.length === 0);
});
