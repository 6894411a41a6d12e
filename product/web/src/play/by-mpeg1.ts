import type { H5Player } from '@meridian/sdk-web/h5';
import type { DriverStatus } from '../core/play.ts';
import type { Driver, DriverOptions } from './driver.ts';

/** Plays MPEG-1 over a WebSocket on a canvas. */
export async function openMpeg1(o: DriverOptions & { readonly url: string }): Promise<Driver> {
  const { H5Player } = await import('@meridian/sdk-web/h5');
  const canvas = document.createElement('canvas');
  let state = 'connecting';
  let code: string | undefined;
  const player: H5Player = new H5Player({
    url: o.url,
    canvas,
    onState: (next, why) => {
      state = next;
      code = why;
    },
  });
  o.box.append(canvas);
  player.setMuted(o.muted);
  player.start();
  return {
    status: (): DriverStatus => {
      if (state === 'ended') return { at: 'failed', code: code ?? 'SOCKET_LOST' };
      if (state === 'connecting') return { at: 'connecting' };
      const { picturesShown } = player.stats;
      return picturesShown === 0
        ? { at: 'empty' }
        : { at: 'playing', pictures: document.hidden ? undefined : picturesShown };
    },
    setMuted: (muted) => player.setMuted(muted),
    close: () => {
      player.close();
      canvas.remove();
    },
  };
}
