// Command for another terminal that publishes into the demo room by RTMP.
import { regions } from './spec.ts';
import { gatewayUrls } from './topology.ts';

const ROOM = 'demo';
const limitMs = 2000;

/**
 * Returns lines for the welcome: the command, or without a key the address that gives one. `coming` names software that
 * is still being installed; a gateway that can convert sound has it already.
 */
export async function encoderLines(portOffset: number, coming: string): Promise<string[]> {
  const comingLine = `${coming} is still being installed: players of RTMP, FLV and HLS, sound of encoders in browsers, \
recordings as MP4 and renditions of videos come with it, without a new start`;
  const waitingLines = coming === '' ? [] : [comingLine];
  const [region] = regions;
  if (region === undefined) return [];
  const gateway = gatewayUrls({ portOffset }, region).http;
  try {
    const identity = 'demo-encoder';
    const { token } = await post(`http://127.0.0.1:${7800 + portOffset}/dev/token`, {
      room: ROOM,
      identity,
      name: identity,
    });
    const streamAddresses = await post(`${gateway}/v1/addresses`, { identity, name: 'Encoder' }, String(token));
    const { publish, play } = streamAddresses as { publish?: { rtmp: { url: string } }; play?: { flv: string } };
    if (publish === undefined) throw new Error('the gateway names no address');
    const source = '-re -f lavfi -i testsrc2=size=640x360:rate=25 -re -f lavfi -i sine=frequency=440';
    const coding = '-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 50 -c:a aac';
    return [
      `publish into room ${ROOM} by RTMP, and play it (keys for 24 h):`,
      `  ffmpeg ${source} ${coding} -f flv ${publish.rtmp.url}`,
      ...(play !== undefined
        ? [`  ffplay -fflags nobuffer ${play.flv}`]
        : ['  nothing plays it here: the gateway has no ffmpeg', ...waitingLines]),
    ];
  } catch (error) {
    return [
      `keys for RTMP and HTTP-FLV: POST ${gateway}/v1/addresses (${error instanceof Error ? error.message : 'failed'})`,
      ...waitingLines,
    ];
  }
}

async function post(url: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(limitMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return JSON.parse(text) as Record<string, unknown>;
}
