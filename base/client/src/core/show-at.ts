// Decides when a danmaku is shown to a viewer: with the same picture that its author saw, however late that reaches the
// viewer.
import type { Post } from './post-types.ts';

/** A viewer further behind has stopped the picture, or its clock is wrong; then posts are shown at once. */
const behindMsMax = 120_000;

/**
 * Returns the time to show a post, by the viewer's wall clock (milliseconds since 1970): when the viewer's picture
 * reaches that of the post, or at once (`nowWallMs`) when it has passed already. `viewerPictureWallMs`: time of the
 * viewer's present picture; undefined when unknown, then at once.
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
