// A player of FLV over HTTP.
import { waysOf } from '../../../../test/support/ways.ts';
import type { Kind } from '../kind.ts';
import { playByFfmpeg } from './ffmpeg.ts';

export const flv: Kind = {
  name: 'flv',
  play: async ({ cloud }, { room, region }) =>
    playByFfmpeg((await waysOf(cloud, region, { room, identity: 'viewer' })).play?.flv),
};
