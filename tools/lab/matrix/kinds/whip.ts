// A browser with nothing of ours but a canvas, which publishes by WHIP.
import { type Ways, waysOf } from '../../../../test/support/ways.ts';
import type { ClockPage } from '../../../support/clock/pages.ts';
import type { Kind } from '../kind.ts';

/** In the page: `arg` is the address and the key. H.264 is offered first, as WHIP clients for live shows do. */
const publish = `
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const { picture, sound } = window.clock.source;
  pc.addTransceiver(sound, { direction: 'sendonly' });
  const sender = pc.addTransceiver(picture, { direction: 'sendonly' });
  const { codecs } = RTCRtpSender.getCapabilities('video');
  const isH264 = ({ mimeType }) => /h264/i.test(mimeType);
  sender.setCodecPreferences([...codecs.filter(isH264), ...codecs.filter((codec) => !isH264(codec))]);
  await pc.setLocalDescription();
  const response = await fetch(arg.url, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', authorization: 'Bearer ' + arg.key },
    body: pc.localDescription.sdp,
  });
  if (response.status !== 201) throw new Error('WHIP: HTTP ' + response.status + ' ' + (await response.text()));
  await pc.setRemoteDescription({ type: 'answer', sdp: await response.text() });
  window.whip = { pc, location: new URL(response.headers.get('location'), arg.url).href, key: arg.key };
  const isConnected = () => pc.connectionState === 'connected';
  if (!isConnected()) await new Promise((resolve) => { pc.onconnectionstatechange = () => isConnected() && resolve(); });`;

const stop = `
  const { pc, location, key } = window.whip;
  pc.close();
  await fetch(location, { method: 'DELETE', headers: { authorization: 'Bearer ' + key } });`;

/** Settles when the page is connected, with how to end it. */
export async function sendByWhip(page: ClockPage, ways: Ways): Promise<() => Promise<void>> {
  await page.run(publish, ways.publish?.whip);
  return async () => void (await page.run(stop, null));
}

export const whip: Kind = {
  name: 'whip',
  reader: 'browser',
  publish: async ({ cloud, pages }, { room, region }) => {
    const page = await pages.source(region);
    return { stop: await sendByWhip(page, await waysOf(cloud, region, { room, identity: 'whip' })) };
  },
};
