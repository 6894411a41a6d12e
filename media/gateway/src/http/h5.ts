// MPEG-1 and MP2 over WebSocket at /live/KEY.ts, for browsers without WebRTC and MSE, to publish and to play.
import type { Clock } from '@meridian/runtime';
import type { WebSocket } from 'ws';
import type { StreamKey, StreamKeys } from '../adapters/stream-keys.ts';
import { SlowViewer } from '../core/slow-viewer.ts';
import type { WaitingBytes } from '../core/waiting-bytes.ts';
import { H5Publisher } from '../h5/publisher.ts';
import type { H5Streams } from '../h5/stream.ts';
import type { Publications } from '../live/publications.ts';
import type { Programmes } from '../room/programmes.ts';
import type { PublishPoint } from '../room/publish-point.ts';
import type { PublishPoints } from '../room/publish-points.ts';
import { closeCode, closeCodeOf, type Sockets } from './sockets.ts';

const PATH = /^\/live\/([A-Za-z0-9_-]{1,1024})\.ts(?:\?|$)/;
/** Bound of a message: some pictures of a publisher that was held up. */
const MESSAGE_BYTES_MAX = 256 * 1024;
/** Asks a publishing browser for a key picture (sdk-web/src/h5/uplink.ts). */
const KEY_MESSAGE = 'key';
const SILENCE_CHECK_MS = 1000;
/** A publisher that sends nothing for this time is gone. */
const SILENT_MS_MAX = 10_000;

export interface H5Options {
  readonly keys: StreamKeys;
  readonly points: PublishPoints;
  readonly publications: Publications;
  readonly programmes: Programmes;
  readonly streams: H5Streams;
  readonly sockets: Sockets;
  readonly clock: Clock;
  readonly waiting?: WaitingBytes;
}

/** Adds the route. Refusals close with 1008 and the code. */
export function addH5(o: H5Options): void {
  o.sockets.add({
    pattern: PATH,
    messageBytesMax: MESSAGE_BYTES_MAX,
    handler: async (socket, [text = ''], { address }) => {
      const key = await o.keys.open(text);
      if (key.use === 'publish') await publish(o, socket, key, address);
      else await play(o, socket, key, address);
    },
  });
}

async function play(o: H5Options, socket: WebSocket, key: StreamKey, clientIp: string): Promise<void> {
  const place = { protocol: 'h5', clientIp };
  const seat = await o.programmes.seat(key, place, {
    sound: 'mp2',
    source: (programme) => o.streams.streamOf(programme),
  });
  const slow = new SlowViewer();
  const tooSlow = (): void => socket.close(closeCode.later, 'TOO_SLOW');
  const waitingPlace = o.waiting?.enter({
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    tooSlow,
  });
  seat.watch({
    take: (chunk) => {
      const verdict = slow.verdictFor(chunk, socket.bufferedAmount);
      if (verdict === 'send') {
        socket.send(chunk.bytes);
        seat.sent(chunk.bytes.length);
        waitingPlace?.note();
      } else if (verdict === 'end') tooSlow();
    },
    ended: (code) => socket.close(closeCodeOf(code), code),
  });
  const leave = (): void => {
    waitingPlace?.leave();
    seat.close();
  };
  if (socket.readyState === socket.OPEN) socket.once('close', leave);
  else leave();
}

async function publish(o: H5Options, socket: WebSocket, key: StreamKey, clientIp: string): Promise<void> {
  o.streams.checkLacks();
  const place = { protocol: key.protocol || 'h5', clientIp, makesKeyFramesOnDemand: true };
  const publication = await o.publications.begin(key, place);
  let point: PublishPoint;
  try {
    point = await o.points.open(key, place);
  } catch (error) {
    publication.end();
    throw error;
  }
  if (socket.readyState !== socket.OPEN) {
    publication.end();
    return; // A point without an encoder ends by itself.
  }
  const publisher = new H5Publisher({
    point,
    publication,
    onEnd: (code) => socket.close(closeCodeOf(code), code),
    onKeyFrameWanted: () => socket.send(KEY_MESSAGE),
  });
  let lastReceivedMs = o.clock.nowMs();
  const silenceCheck = o.clock.every(SILENCE_CHECK_MS, () => {
    if (o.clock.nowMs() - lastReceivedMs > SILENT_MS_MAX) publisher.ended('PING_TIMEOUT');
  });
  socket.on('message', (message: Buffer, isBinary) => {
    lastReceivedMs = o.clock.nowMs();
    if (isBinary) publisher.push(message);
    else publisher.ended('REQUEST_INVALID');
  });
  socket.once('close', () => {
    silenceCheck.cancel();
    publisher.ended('CLIENT_INITIATED');
  });
}
