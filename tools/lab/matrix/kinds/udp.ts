// A native app by UDP: RTP with H.264 and Opus, as SRTP keyed by a call. ffmpeg is the app; it makes a key
// frame each second, not when it is asked. Its sender reports are made here: ffmpeg's come every 5 s, and count each
// stream's time from when that stream was opened.
import { createSocket } from 'node:dgram';
import { ntpOf, serialiseRtcp } from '@meridian/opener/core';
import { SrtpPeer } from '../../../../opener/test/support/srtp-peer.ts';
import { until } from '../../../../test/support/poll.ts';
import { lookUdp, openUdp, UdpClient, type UdpStream, type UdpView } from '../../../../test/support/udp-client.ts';
import { ClockSource, h264 } from '../../../support/clock/clock-source.ts';
import type { Kind, Publishing, Spot, Stage } from '../kind.ts';
import { RtpReader } from '../rtp-reader.ts';

const sentFirst = 25;
const reportEveryMs = 1000;
/** Media nodes believe the third report: the first ones come soon. */
const soonReports = 4;
const soonReportEveryMs = 200;
const opus = ['-c:a', 'libopus', '-ac', '2', '-b:a', '96k', '-frame_duration', '20'] as const;

/** ffmpeg's own SRTP. Its RTCP goes to a port where nothing listens. */
const to = ({ address, srtp }: UdpView, stream: UdpStream | undefined): string[] => [
  ...['-f', 'rtp', '-ssrc', String((stream?.ssrc ?? 0) | 0), '-payload_type', String(stream?.payloadType)],
  ...['-srtp_out_suite', srtp.suite, '-srtp_out_params', srtp.sendKey],
  `srtp://${address.ip}:${address.port}?rtcpport=9&pkt_size=1200`,
];

/** Reports that RTP time 0 was at this time, as it is where ffmpeg counts from the first picture and sample. */
function reportEach({ address, srtp, publish }: UdpView, zeroWallMs: number): Publishing {
  const socket = createSocket('udp4');
  const peer = new SrtpPeer(srtp.sendKey);
  const streams = [publish.video, publish.audio].filter((stream) => stream !== undefined);
  let reports = 0;
  let timer: NodeJS.Timeout;
  const report = (): void => {
    reports += 1;
    timer = setTimeout(report, reports < soonReports ? soonReportEveryMs : reportEveryMs);
    const nowMs = Date.now();
    for (const { ssrc, clockRate } of streams) {
      const rtpTimestamp = Math.round(((nowMs - zeroWallMs) * clockRate) / 1000) >>> 0;
      const counts = { packetCount: 0, octetCount: 0, reports: [] };
      const names = [{ ssrc, cname: 'app' }];
      const packet = serialiseRtcp([
        { type: 'sr', ssrc, ntp: ntpOf(nowMs), rtpTimestamp, ...counts },
        { type: 'sdes', names },
      ]);
      socket.send(peer.sealRtcp(packet), address.port, address.ip);
    }
  };
  report();
  const stop = async (): Promise<void> => {
    clearTimeout(timer);
    socket.close();
  };
  return { stop };
}

async function publish({ cloud }: Pick<Stage, 'cloud'>, { room, region }: Spot): Promise<Publishing> {
  const request = { publish: { video: { codec: 'h264' }, audio: { codec: 'opus' } } };
  const session = await openUdp(cloud, region, { room, identity: 'udp', request });
  const { video, audio } = session.publish;
  const picture = ['-map', '0:v', ...h264, ...to(session, video)];
  const source = new ClockSource([...picture, '-map', '1:a', ...opus, ...to(session, audio)]);
  const reports = reportEach(session, source.startMs);
  const stop = async (): Promise<void> => {
    source.stop();
    await reports.stop();
  };
  try {
    await source.sent(sentFirst);
    const now = await lookUdp(cloud, region, session.id);
    if (typeof now === 'string') throw new Error(`the session is over: ${now}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

export const udp: Kind = {
  name: 'udp',
  publish,
  play: async ({ cloud }, { room, region }) => {
    const media = await RtpReader.open();
    const startedMs = Date.now();
    const request = { subscribe: true, decodes: ['h264'] };
    const client = await UdpClient.open(cloud, region, { room, identity: 'viewer', request, media });
    const stop = async (): Promise<void> => {
      await client.close();
      media.close();
    };
    try {
      // A late viewer has two of the picture: a catch-up stream, and the original that follows it.
      const listed = () => client.view.receive;
      const first = (kind: string) => listed().find((stream) => stream.kind === kind);
      const streams = await until('both streams', () => {
        const [video, audio] = [first('video'), first('audio')];
        return video !== undefined && audio !== undefined && [video, audio];
      });
      await media.play(streams, listed);
    } catch (error) {
      await stop();
      throw error;
    }
    return { startedMs, sight: () => media.sight(), said: () => media.said, stop };
  },
};
