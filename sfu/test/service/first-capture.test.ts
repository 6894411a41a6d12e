// A viewer takes a stream of a simulcast from its first key frame on, before the publisher or a pipe has sent a report
// on the stream, by our worker's patch `first-capture` (sfu/worker).
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { senderReport } from '../kit/exact/rtp.ts';
import { until } from './kit/cloud.ts';
import { vp8LayeredPacket, vp8Parameters } from './kit/rtp.ts';

const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
const mediaCodecs = routerConstant.mediaCodecs as types.RouterRtpCodecCapability[];
const pictureMs = 100 / 3;
const ticksPerPicture = 3000;
/** Reports after which the publisher's clock is known. */
const reportsFirst = 3;

let near: types.Worker;
let far: types.Worker;
beforeAll(async () => {
  [near, far] = await Promise.all([createWorker({ logLevel: 'error' }), createWorker({ logLevel: 'error' })]);
});
afterAll(() => {
  near?.close();
  far?.close();
});

test.concurrent.each(['without a pipe', 'beyond a pipe'])(
  'the first key frame of a larger stream is shown: %s',
  async (where) => {
    const router = await near.createRouter({ mediaCodecs });
    const beyond = await far.createRouter({ mediaCodecs });
    const socket = createSocket('udp4');
    let timer: NodeJS.Timeout | undefined;
    try {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      const transport = await router.createDirectTransport();
      const rtpParameters = vp8Parameters([1, 2]) as types.RtpParameters;
      const { id: producerId, send } = await produced(transport, rtpParameters);
      if (where === 'beyond a pipe') await router.pipeToRouter({ producerId, router: beyond });
      const viewed = where === 'beyond a pipe' ? beyond : router;
      const receiver = await viewed.createPlainTransport({ listenInfo });
      await receiver.connect({ ip: '127.0.0.1', port: socket.address().port });
      const rtpCapabilities = routerConstant.capabilities as types.RtpCapabilities;
      const consumer = await receiver.consume({ producerId, rtpCapabilities });
      await consumer.setPreferredLayers({ spatialLayer: 1 });
      const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc; // others are probes
      const shown: { readonly large: number | undefined; readonly timestamp: number }[] = [];
      let reports = 0;
      socket.on('message', (packet) => {
        if (packet[1] === 200) reports += 1;
        else if (packet.readUInt32BE(8) === ssrc)
          shown.push({ large: numberOfLarge(packet), timestamp: packet.readUInt32BE(4) });
      });
      let [sent, largeSince] = [0, Number.POSITIVE_INFINITY];
      timer = setInterval(() => {
        sent += 1;
        send(vp8LayeredPacket(1, sent, sent % 10 === 1, 0));
        if (sent % 5 === 1)
          transport.sendRtcp(
            senderReport({ ssrc: 1, ntpMs: Date.now(), timestamp: ticksPerPicture * sent, packets: sent }),
          );
        if (sent >= largeSince) send(largePicture(sent, sent === largeSince));
      }, pictureMs);
      await until('clocks are known beyond the pipe', () => sent > 5 * reportsFirst && reports > reportsFirst, 9000);
      largeSince = sent + 1;
      await until('the large picture comes', () => shown.some(({ large }) => large !== undefined), 5000);
      const at = shown.findIndex(({ large }) => large !== undefined);
      expect(shown[at]?.large).toBe(largeSince);
      const [before, after] = [shown[at - 1]?.timestamp, shown[at]?.timestamp];
      const stepMs = ((after ?? Number.NaN) - (before ?? Number.NaN)) / 90;
      expect(stepMs).toBeGreaterThan(0);
      expect(stepMs).toBeLessThan(2 * pictureMs);
    } finally {
      clearInterval(timer);
      socket.close();
      router.close();
      beyond.close();
    }
  },
);

const largeBytes = 600;

/** A picture of the larger stream, which ends with its number. */
function largePicture(number: number, isKey: boolean): Buffer {
  const tail = Buffer.alloc(largeBytes);
  tail.writeUInt32BE(number, largeBytes - 4);
  return Buffer.concat([vp8LayeredPacket(2, number, isKey, 0), tail]);
}

const numberOfLarge = (packet: Buffer): number | undefined =>
  packet.length > largeBytes ? packet.readUInt32BE(packet.length - 4) : undefined;

async function produced(transport: types.DirectTransport, rtpParameters: types.RtpParameters) {
  const producer = await transport.produce({ kind: 'video', rtpParameters });
  return { id: producer.id, send: (packet: Buffer) => producer.send(packet) };
}
