// A foreign CDN, nginx with its RTMP module: an encoder publishes there and the room pulls it; the room's programme is
// pushed there and a player takes it from there, once the push is live.
import { NginxRtmp } from '../../../../gateway/test/support/nginx-rtmp.ts';
import type { TestCloud } from '../../../../test/support/cloud.ts';
import { until } from '../../../../test/support/poll.ts';
import { liveH264 } from '../../../support/clock/clock-source.ts';
import type { Kind, Playing, Publishing, Region, Spot } from '../kind.ts';
import { playByFfmpeg, publishByFfmpeg } from './ffmpeg.ts';

const key = 'stream';
const pulledAs = 'cdn';

function callUrl(cloud: TestCloud, { region }: Spot, call: string): string {
  const net: Record<Region, string> = { frankfurt: '127.0.1', singapore: '127.0.2' };
  return `http://${net[region]}.8:${7890 + cloud.portOffset}/v1/${call}`;
}

/** Orders a push or a pull; resolves when media can flow, with what takes it back. */
async function ordered(cloud: TestCloud, spot: Spot, what: 'pushes' | 'pulls', body: object) {
  const url = callUrl(cloud, spot, what);
  const authorization = `Bearer ${await cloud.token(spot.room, 'director')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${what}: HTTP ${response.status} ${await response.text()}`);
  const { id } = (await response.json()) as { id: string };
  await until(`${what}: it is live`, async () => {
    const listed = await fetch(url, { headers: { authorization } });
    const states = (await listed.json()) as Record<string, readonly { id: string; state: string }[]>;
    return states[what]?.some((one) => one.id === id && one.state === 'live');
  });
  return { remove: () => fetch(`${url}/${id}`, { method: 'DELETE', headers: { authorization } }) };
}

/** The room has picture and sound of the pull: they begin with a key frame, which a CDN need not keep. */
async function pulled(cloud: TestCloud, spot: Spot): Promise<void> {
  const headers = { authorization: `Bearer ${await cloud.token(spot.room, 'director')}` };
  await until('the room has what is pulled', async () => {
    const answer = await fetch(callUrl(cloud, spot, 'room'), { headers });
    const { participants } = (await answer.json()) as { participants: { identity: string; publishing: string[] }[] };
    return participants.some(({ identity, publishing }) => identity === pulledAs && publishing.length === 2);
  });
}

/** Something at a CDN of its own, which goes with it. */
async function atCdn<T extends Publishing>(use: (cdn: NginxRtmp) => Promise<T>): Promise<T> {
  const cdn = await NginxRtmp.start();
  try {
    const used = await use(cdn);
    const stop = async (): Promise<void> => {
      await used.stop();
      await cdn.close();
    };
    return { ...used, stop };
  } catch (error) {
    await cdn.close();
    throw error;
  }
}

export const cdn: Kind = {
  name: 'cdn',
  publish: ({ cloud }, spot) =>
    atCdn(async (nginx) => {
      const encoder = await publishByFfmpeg([...liveH264, '-flush_packets', '1', '-f', 'flv', nginx.url(key)]);
      const pull = await ordered(cloud, spot, 'pulls', { url: nginx.url(key), identity: pulledAs });
      await pulled(cloud, spot);
      const stop = async (): Promise<void> => {
        await pull.remove();
        await encoder.stop();
      };
      return { stop };
    }),
  play: ({ cloud }, spot) =>
    atCdn(async (nginx): Promise<Playing> => {
      const push = await ordered(cloud, spot, 'pushes', { url: nginx.url(key) });
      const player = playByFfmpeg(nginx.url(key));
      const stop = async (): Promise<void> => {
        await player.stop();
        await push.remove();
      };
      return { ...player, stop };
    }),
};
