// A publisher that sends VP8 and nothing else is played where H.264 alone is taken: a gateway makes it.
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';
import { openUdp, type UdpStream, type UdpView } from '../../support/udp-client.ts';
import { waysOf } from '../../support/ways.ts';

let cloud: TestCloud;
const processes: ChildProcess[] = [];
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterEach(() => {
  for (const one of processes.splice(0)) one.kill('SIGKILL');
});
afterAll(() => cloud?.stop());

function ffmpeg(stdio: StdioOptions, args: readonly string[]): ChildProcess {
  const process = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args], { stdio });
  processes.push(process);
  return process;
}

/** Picture in VP8 and sound in Opus, with SRTP of its own: a publisher that answers nothing. */
function publish({ address, srtp, publish: { video, audio } }: UdpView): void {
  const to = (stream: UdpStream | undefined): string[] => [
    ...['-f', 'rtp', '-ssrc', String((stream?.ssrc ?? 0) | 0), '-payload_type', String(stream?.payloadType)],
    ...['-srtp_out_suite', srtp.suite, '-srtp_out_params', srtp.sendKey],
    `srtp://${address.ip}:${address.port}?rtcpport=${address.port}&pkt_size=1200`,
  ];
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'];
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25', '-b:v', '800k'];
  const opus = ['-map', '1:a', '-c:a', 'libopus', '-ac', '2', '-b:a', '48k', ...to(audio)];
  ffmpeg(['ignore', 'ignore', 'inherit'], [...picture, ...sound, '-map', '0:v', ...vp8, ...to(video), ...opus]);
}

/** Decodes what comes from a URL, and counts. */
function play(url: string | undefined): { process: ChildProcess; counted: { frames: number; soundMs: number } } {
  const counted = { frames: 0, soundMs: 0 };
  const process = ffmpeg(
    ['ignore', 'pipe', 'inherit'],
    ['-i', url ?? '', '-map', '0:v', '-map', '0:a', '-f', 'null', '-progress', 'pipe:1', '-'],
  );
  process.stdout?.on('data', (text: Buffer) => {
    for (const [, frames] of text.toString().matchAll(/frame=\s*(\d+)/g)) counted.frames = Number(frames);
    for (const [, us] of text.toString().matchAll(/out_time_us=\s*(\d+)/g)) counted.soundMs = Number(us) / 1000;
  });
  return { process, counted };
}

const ended = (gateway: string): string[] =>
  cloud.log(gateway).filter((line) => line.includes('a rendition has ended'));

it('VP8 of one region is played by HTTP-FLV in the other, and made no more when the viewer has gone', async () => {
  const room = 'vp8';
  const request = { publish: { video: { codec: 'vp8' }, audio: { codec: 'opus' } } };
  publish(await openUdp(cloud, 'frankfurt', { room, identity: 'ffmpeg', request }));
  const ways = await waysOf(cloud, 'singapore', { room, identity: 'cy' });
  const { process, counted } = play(ways.play?.flv);
  await until('ffmpeg decodes picture and sound', () => counted.frames >= 50 && counted.soundMs >= 2000);
  process.kill('SIGINT');
  await until('its linger is over', () => ended('gw-fra').length > 0);
  expect(ended('gw-fra').map((line) => JSON.parse(line).cause)).toEqual(['nobody needs it']);
  expect(ended('gw-sgp')).toEqual([]);
});
