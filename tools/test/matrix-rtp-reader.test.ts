// The reader of native clients pairs picture and sound by sender reports, also by those from before it could listen.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { until } from '../../test/support/poll.ts';
import { RtpReader, type RtpStream } from '../lab/matrix/rtp-reader.ts';
import { ClockSource, h264 } from '../support/clock/clock-source.ts';
import { watch } from '../support/clock/watch.ts';

const video: RtpStream = { kind: 'video', ssrc: 0x1111, payloadType: 96 };
const audio: RtpStream = { kind: 'audio', ssrc: 0x2222, payloadType: 97 };
/** So much sound comes before the first picture, in packets of 20 ms. */
const soundAhead = 75;

it('a picture that begins after the sound is shown with the sound of its time', async () => {
  const reader = await RtpReader.open();
  const relay = createSocket('udp4');
  relay.bind(0, '127.0.0.1');
  await once(relay, 'listening');
  const reports = new Map<number, Buffer>();
  let sounds = Number.NEGATIVE_INFINITY; // until the reader plays
  relay.on('message', (datagram) => {
    const isReport = datagram[1] === 200;
    const ssrc = datagram.readUInt32BE(isReport ? 4 : 8);
    const { port, ip } = reader.address;
    if (!isReport) {
      if (ssrc === audio.ssrc) sounds += 1;
      if (ssrc === audio.ssrc || sounds > soundAhead) relay.send(datagram, port, ip);
    } else if (!reports.has(ssrc)) {
      // Of both at once, as media nodes report, at the begin and never again.
      reports.set(ssrc, datagram);
      if (reports.size === 2) relay.send(Buffer.concat([...reports.values()]), port, ip);
    }
  });
  const { port } = relay.address();
  const to = ({ ssrc, payloadType }: RtpStream): string[] => [
    ...['-f', 'rtp', '-ssrc', String(ssrc), '-payload_type', String(payloadType)],
    `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`,
  ];
  const opus = ['-c:a', 'libopus', '-b:a', '64k', '-frame_duration', '20'];
  const source = new ClockSource(['-map', '0:v', ...h264, ...to(video), '-map', '1:a', ...opus, ...to(audio)]);
  try {
    await until('both streams are reported', () => reports.size === 2);
    sounds = 0;
    const startedMs = Date.now();
    await reader.play([video, audio]);
    const figures = await watch(() => reader.sight(), { startedMs, seconds: 2 });
    expect(figures.pictures).toBeGreaterThan(20);
    expect(Math.abs(figures.avOffsetMs)).toBeLessThan(200);
  } finally {
    source.stop();
    reader.close();
    relay.close();
  }
});
