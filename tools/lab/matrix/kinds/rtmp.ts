// A native app or an encoder for live shows, by RTMP.
import { waysOf } from '../../../../test/support/ways.ts';
import { liveH264 } from '../../../support/clock/clock-source.ts';
import type { Kind } from '../kind.ts';
import { playByFfmpeg, publishByFfmpeg } from './ffmpeg.ts';

export const rtmp: Kind = {
  name: 'rtmp',
  publish: async ({ cloud }, { room, region }) => {
    const { publish } = await waysOf(cloud, region, { room, identity: 'rtmp' });
    return publishByFfmpeg([...liveH264, '-flush_packets', '1', '-f', 'flv', publish?.rtmp.url ?? '']);
  },
  play: async ({ cloud }, { room, region }) =>
    playByFfmpeg((await waysOf(cloud, region, { room, identity: 'viewer' })).play?.rtmp),
};
