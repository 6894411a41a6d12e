// A layer over the picture that danmaku cross. It ignores pointers and is hidden from screen readers, since the same
// posts are in a list beside it.
import { useEffect, useMemo, useRef, useState } from 'react';
import { type DanmakuPost, leftEm, type PlannedPost, planDanmaku, shownAt } from '../core/danmaku.ts';
import '../styles/danmaku.css';

export interface DanmakuLayerProps {
  /** In order of time; the list only grows at its end. */
  readonly posts: readonly DanmakuPost[];
  /** Current time by the clock of the posts; called in every frame while on. */
  nowMs(): number;
  readonly on: boolean;
}

export function DanmakuLayer({ posts, nowMs, on }: DanmakuLayerProps) {
  const layer = useRef<HTMLDivElement>(null);
  const planned = useMemo(() => (on ? planDanmaku(posts) : []), [posts, on]);
  const [shown, setShown] = useState<readonly PlannedPost[]>([]);
  const clock = useRef(nowMs);
  useEffect(() => {
    clock.current = nowMs;
  });
  useEffect(() => {
    if (planned.length === 0) {
      setShown([]);
      return undefined;
    }
    let known = '';
    let frame = 0;
    const draw = (): void => {
      frame = requestAnimationFrame(draw);
      const element = layer.current;
      if (element === null) return;
      const emPx = Number.parseFloat(getComputedStyle(element).fontSize);
      const layerEm = element.clientWidth / emPx;
      const now = clock.current();
      const present = shownAt(planned, now, layerEm);
      const ids = present.map(({ id }) => id).join();
      if (ids !== known) setShown(present);
      known = ids;
      move(element, present, (post) => leftEm(post, now, layerEm) * emPx);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [planned]);
  if (!on) return null;
  return (
    <div ref={layer} className="danmaku" aria-hidden="true">
      {shown.map(({ id, text, way, lane, colour }) => (
        <span
          key={id}
          data-id={id}
          className={`danmaku-post ${way}`}
          data-lane={lane}
          style={colour === '' ? {} : { color: colour }}
        >
          {text}
        </span>
      ))}
    </div>
  );
}

/** Positions the crossing posts. A post that React has not rendered yet follows in the next frame. */
function move(layer: HTMLElement, present: readonly PlannedPost[], leftPx: (post: PlannedPost) => number): void {
  const byId = new Map(present.map((post) => [String(post.id), post]));
  for (const element of layer.children) {
    if (!(element instanceof HTMLElement)) continue;
    const post = byId.get(element.dataset['id'] ?? '');
    if (post?.way === 'rolling') element.style.transform = `translateX(${leftPx(post).toFixed(1)}px)`;
  }
}
