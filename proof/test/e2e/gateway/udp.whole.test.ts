import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { browserAndFfmpegs } from '../../support/browser-and-ffmpegs.ts';
import { join, untilMoreFrames, untilMoreSound, whereabouts } from '../../support/call.ts';
import { h264, pictureInput, soundInput } from '../../support/ffmpegs.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { PlainMedia } from '../../support/plain-media.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { fetchUdpView, openUdp, UdpClient, type UdpStream, type UdpView } from '../../support/udp-client.ts';

const cloud = sharedCloud();
const bench = browserAndFfmpegs();
const { ffmpegs } = bench;

const to = ({ address, srtp }: UdpView, stream: UdpStream | undefined): string[] => [
  ...['-f', 'rtp', '-ssrc', String((stream?.ssrc ?? 0) | 0), '-payload_type', String(stream?.payloadType)],
  ...['-srtp_out_suite', srtp.suite, '-srtp_out_params', srtp.sendKey],
  `srtp://${address.ip}:${address.port}?rtcpport=${address.port}&pkt_size=1200`,
];
const encode = (...args: readonly string[]): ChildProcess => ffmpegs.start(['-nostdin', ...args]);

/** Publishes Opus, and H.264 whose sequence number soon wraps. */
function publish(view: UdpView): ChildProcess {
  const { video, audio } = view.publish;
  const coded = ['-map', '0:v', ...h264(), '-profile:v', 'baseline', '-seq', '65400', ...to(view, video)];
  const opus = ['-map', '1:a', '-c:a', 'libopus', '-ac', '2', '-b:a', '48k', ...to(view, audio)];
  return encode(...pictureInput, ...soundInput, ...coded, ...opus);
}

/** Sends 10⁵ datagrams that are not the client's. Returns the number of answers. */
async function flood({ address, publish: { video } }: UdpView): Promise<number> {
  const socket = createSocket('udp4');
  let answers = 0;
  socket.on('message', () => {
    answers += 1;
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const badTag = Buffer.alloc(200, 0x5a);
  badTag.set([0x80, video?.payloadType ?? 0], 0);
  badTag.writeUInt32BE(video?.ssrc ?? 0, 8);
  const badReport = Buffer.alloc(60, 0x5a);
  badReport.set([0x80, 201], 0);
  badReport.writeUInt32BE(video?.ssrc ?? 0, 4);
  const stun = Buffer.from('000100002112a442000000000000000000000000', 'hex');
  const kinds = [Buffer.alloc(300, 0x99), stun, Buffer.alloc(100, 0x13), badTag, badReport, Buffer.alloc(0)];
  for (let round = 0; round < 200; round++) {
    const sends = Array.from({ length: 500 }, (_, at) => {
      const datagram = kinds[at % kinds.length] ?? stun;
      if (datagram === badTag) badTag.writeUInt16BE((round * 500 + at) & 0xffff, 2);
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.send(datagram, address.port, address.ip, () => resolve());
      return promise;
    });
    await Promise.all(sends);
  }
  socket.close();
  return answers;
}

const REMOTE = '[...room.remoteParticipants.values()][0]';

it("ffmpeg's SRTP is seen and heard in the other region through junk and the death of its media node, until it is removed", async () => {
  const room = 'srtp';
  const request = { publish: { video: { codec: 'h264' }, audio: { codec: 'opus' } } };
  const session = await openUdp(cloud, 'frankfurt', { room, identity: 'ffmpeg', request });
  await flood(session);
  const bo = await join(bench.browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
  expect(await whereabouts(bo)).toMatchObject({ nodeId: 'sfu-sgp-1' });
  const encoder = publish(session);
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  expect(await bo.room(`return [${REMOTE}.identity, ${REMOTE}.kind];`)).toEqual(['ffmpeg', 'gateway']);

  const [answers] = await Promise.all([flood(session), untilMoreFrames(bo, 40), untilMoreSound(bo)]);
  expect(answers).toBe(0);

  cloud.kill('sfu-fra-1');
  const after = await until('it is in a new session', async () => {
    const view = await fetchUdpView(cloud, 'frankfurt', session.id);
    return typeof view === 'object' && view.publish.video?.trackId !== session.publish.video?.trackId && view;
  });
  expect([after.srtp.sendKey, after.publish.video?.ssrc]).toEqual([session.srtp.sendKey, session.publish.video?.ssrc]);
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  expect(encoder.exitCode).toBe(null);

  await bo.room(`await room.performAdmin.kick(${REMOTE}.identity);`);
  await until('it gets the reason', async () => (await fetchUdpView(cloud, 'frankfurt', session.id)) === 'KICKED');
  await until('it is gone', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
  await untilFleetAlive(cloud);
});

it("ffmpeg's AAC in SRTP is heard in the other region", async () => {
  const room = 'aac';
  const request = { publish: { audio: { codec: 'aac', sampleRate: 48_000, channels: 2 } } };
  const session = await openUdp(cloud, 'frankfurt', { room, identity: 'ffmpeg', request });
  encode(...soundInput, '-c:a', 'aac', '-ac', '2', '-b:a', '96k', ...to(session, session.publish.audio));
  const bo = await join(bench.browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
  await untilMoreSound(bo);
});

it('a native client and a browser see and hear each other across regions, with losses, from another port, after a mute', async () => {
  const room = 'native';
  const media = await PlainMedia.open();
  const request = {
    publish: { video: { codec: 'vp8' }, audio: { codec: 'opus' } },
    subscribe: true,
    decodes: ['h264'],
  };
  const native = await UdpClient.open(cloud, 'frankfurt', { room, identity: 'app', request, media });
  await media.sendTestMedia();
  const bo = await join(bench.browser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'h264' });
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);

  const receive = await until('both tracks of the browser are listed', () =>
    native.view.receive.length === 2 ? native.view.receive : undefined,
  );
  expect(receive.map(({ mimeType }) => mimeType).sort()).toEqual(['audio/opus', 'video/H264']);
  expect(new Set(receive.map(({ identity }) => identity)).size).toBe(1);
  await media.decode(receive);
  const decodesMore = async (): Promise<void> => {
    const before = { ...media.decoded };
    await until('ffmpeg decodes picture and sound', () => {
      const { audio, video } = media.decoded;
      return video >= before.video + 20 && audio >= before.audio + 1000;
    });
  };
  await decodesMore();
  await until('what was lost was sent again', () => native.repaired.out > 0 && native.repaired.in > 0);

  await native.rebind();
  await Promise.all([decodesMore(), untilMoreFrames(bo)]);

  await bo.room('await room.localParticipant.setMicrophoneEnabled(false);');
  await until('the mute is listed', () =>
    native.view.receive.some(({ muted, mimeType }) => muted && mimeType === 'audio/opus'),
  );
  await native.close();
  media.close();
  await until('Bo sees it go', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
});
