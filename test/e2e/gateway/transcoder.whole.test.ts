// Publishers that send VP8, VP9 or AV1 and no H.264 are played where H.264 alone is taken: a gateway makes it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages } from '../../support/browser.ts';
import { join } from '../../support/call.ts';
import { decodes, Ffmpegs, picture, sound } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { openUdp, type UdpStream, type UdpView } from '../../support/udp-client.ts';
import { waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
const ffmpegs = new Ffmpegs();
let browser: Browser;
/** As browsers without a licence for H.264 are. */
const withoutH264 = (): void => {
  const add = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (...[of, o]) {
    const transceiver = add.call(this, of, o);
    const { codecs = [] } = RTCRtpSender.getCapabilities('video') ?? {};
    if ((typeof of === 'string' ? of : of.kind) === 'video')
      transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => !/h264/i.test(mimeType)));
    return transceiver;
  };
};
beforeAll(async () => {
  browser = await sharedChromium();
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (o) => {
    const context = await newContext(o);
    await context.addInitScript(withoutH264);
    return context;
  };
});
afterEach(async () => {
  ffmpegs.end();
  await closePages(browser);
});
afterAll(() => browser?.close());

/** Picture in VP8 and sound in Opus, with SRTP of its own: a publisher that answers nothing. */
function publish({ address, srtp, publish: { video, audio } }: UdpView): void {
  const to = (stream: UdpStream | undefined): string[] => [
    ...['-f', 'rtp', '-ssrc', String((stream?.ssrc ?? 0) | 0), '-payload_type', String(stream?.payloadType)],
    ...['-srtp_out_suite', srtp.suite, '-srtp_out_params', srtp.sendKey],
    `srtp://${address.ip}:${address.port}?rtcpport=${address.port}&pkt_size=1200`,
  ];
  const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25', '-b:v', '800k'];
  const opus = ['-map', '1:a', '-c:a', 'libopus', '-ac', '2', '-b:a', '48k', ...to(audio)];
  ffmpegs.start(['-nostdin', ...picture, ...sound, '-map', '0:v', ...vp8, ...to(video), ...opus]);
}

/** Why a gateway has ended what it made of a track, each time. */
const ended = (gateway: string, trackId: string | undefined): string[] =>
  cloud
    .log(gateway)
    .filter((line) => line.includes('a rendition has ended'))
    .map((line) => JSON.parse(line))
    .filter((told) => told.trackId === trackId)
    .map(({ cause }) => cause);

it('VP8 of one region is played by HTTP-FLV in the other, and made no more when the viewer has gone', async () => {
  const room = 'vp8';
  const request = { publish: { video: { codec: 'vp8' }, audio: { codec: 'opus' } } };
  const published = await openUdp(cloud, 'frankfurt', { room, identity: 'ffmpeg', request });
  publish(published);
  const ways = await waysOf(cloud, 'singapore', { room, identity: 'cy' });
  const { decoded, child } = ffmpegs.play(ways.play?.flv);
  await decodes(decoded);
  child.kill('SIGINT');
  const trackId = published.publish.video?.trackId;
  await until('its linger is over', () => ended('gw-fra', trackId).length > 0);
  expect(ended('gw-fra', trackId)).toEqual(['nobody needs it']);
  expect(ended('gw-sgp', trackId)).toEqual([]);
});

/** Size of what is played at a URL, as a player finds it that comes now. */
async function sizeOf(url: string | undefined): Promise<string> {
  const args = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'stream=width,height', '-of', 'csv=p=0:s=x'];
  const { stdout } = await promisify(execFile)('ffprobe', [...args, url ?? ''], { timeout: 20_000 });
  return stdout.trim();
}

it.each(['vp9', 'av1'])('%s of a browser without H.264 is played by HTTP-FLV, in its size', async (codec) => {
  const room = `only ${codec}`;
  const ana = await join(browser, cloud, { room, name: 'Ana', from: 'frankfurt', codec });
  const ways = await waysOf(cloud, 'singapore', { room, identity: 'cy' });
  const { decoded } = ffmpegs.play(ways.play?.flv);
  await decodes(decoded);
  await until('it has its size', async () => (await sizeOf(ways.play?.flv)) === '640x360');
  const { frames } = decoded;
  await until('it goes on', () => decoded.frames >= frames + 30);
  const sent = (await ana.stats()).outbound.filter(({ kind, active }) => kind === 'video' && active);
  expect(sent.map(({ mimeType }) => mimeType)).toEqual([`video/${codec.toUpperCase()}`]);
});
