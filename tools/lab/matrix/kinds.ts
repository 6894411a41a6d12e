// Every kind of client that the matrix has so far. A cell whose publisher or player is not here is missing, never ok.
import type { Kind } from './kind.ts';
import { cdn } from './kinds/cdn.ts';
import { flv } from './kinds/flv.ts';
import { flvMse } from './kinds/flv-mse.ts';
import { h5 } from './kinds/h5.ts';
import { hls, llHls } from './kinds/hls.ts';
import { miniprogram } from './kinds/miniprogram.ts';
import { rtmp } from './kinds/rtmp.ts';
import { udp, udpVp8 } from './kinds/udp.ts';
import { webrtc } from './kinds/webrtc.ts';
import { whip } from './kinds/whip.ts';

export const kinds: readonly Kind[] = [webrtc, h5, miniprogram, rtmp, flv, flvMse, hls, llHls, whip, cdn, udp, udpVp8];
