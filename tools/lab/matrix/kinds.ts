// Every kind of client that the matrix has.
import type { Kind } from './kind.ts';
import { cdn } from './kinds/cdn.ts';
import { flv } from './kinds/flv.ts';
import { h5 } from './kinds/h5.ts';
import { miniprogram } from './kinds/miniprogram.ts';
import { rtmp } from './kinds/rtmp.ts';
import { udp } from './kinds/udp.ts';
import { webrtc } from './kinds/webrtc.ts';

export const kinds: readonly Kind[] = [webrtc, h5, miniprogram, rtmp, flv, cdn, udp];
