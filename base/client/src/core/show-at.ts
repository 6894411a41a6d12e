// When a danmaku is shown to a viewer: as its author saw the picture, so with the same picture, however late that
// comes to the viewer.
import type { Post } from './post-types.ts';

/** A viewer further behind than this has stopped the picture, or its clock is wrong: then nothing is held back. */
const behindMsMax = 120_000;

/**
 * By the viewer's wall clock, milliseconds since 1970: when its picture reaches that of the post, at once (`nowWallMs`)
 * when it has passed that already. `viewerPictureWallMs`: of the picture that it sees now; undefined while that is not
 * known: at once.
 */
export function showAtMs(
  post: Pick<Post, 'pictureWallMs' | 'wallMs'>,
  viewerPictureWallMs: number | undefined,
  nowWallMs: number,
): number {
  const pictureWallMs = post.pictureWallMs || post.wallMs;
  if (viewerPictureWallMs === undefined || !Number.isFinite(viewerPictureWallMs) || viewerPictureWallMs <= 0)
    return nowWallMs;
  const aheadMs = pictureWallMs - viewerPictureWallMs;
  return nowWallMs + (aheadMs > 0 && aheadMs <= behindMsMax ? aheadMs : 0);
}
