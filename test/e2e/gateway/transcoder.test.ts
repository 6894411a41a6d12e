// A publisher that sends VP8 and nothing else is played where H.264 alone is taken: a gateway makes it.
import { afterEach, expect, it } from 'vitest';
import { decodes, Ffmpegs, picture, sound } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { openUdp, type UdpStream, type UdpView } from '../../support/udp-client.ts';
import { waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
const ffmpegs = new Ffmpegs();
afterEach(() => ffmpegs.end());

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
