// A mini-program: RTMP with the parameters of live-pusher and live-player as they are when nothing is set.
import { waysOf } from '../../../../test/support/ways.ts';
import { liveH264 } from '../../../support/clock/clock-source.ts';
import type { Kind } from '../kind.ts';
import { playByFfmpeg, publishByFfmpeg } from './ffmpeg.ts';

/** Upright, 15 pictures a second. */
const size = { width: 360, height: 640, picturesPerSecond: 15 } as const;

export const miniprogram: Kind = {
  name: 'miniprogram',
  publish: async ({ cloud }, { room, region }) => {
    const { publish } = await waysOf(cloud, region, { room, identity: 'miniprogram' }, { client: 'miniprogram' });
    const output = [...liveH264, '-ac', '1', '-flush_packets', '1', '-f', 'flv', publish?.rtmp.url ?? ''];
    return publishByFfmpeg(output, size);
  },
  play: async ({ cloud }, { room, region }) =>
    playByFfmpeg((await waysOf(cloud, region, { room, identity: 'viewer' }, { client: 'miniprogram' })).play?.rtmp),
};
