// The layer over a picture in which danmaku cross it. It takes no pointer and nothing of the page's reading order: the
// same posts stand in a list beside it.
import { useEffect, useMemo, useRef, useState } from 'react';
import { type DanmakuPost, leftEm, type PlannedPost, planDanmaku, shownAt } from '../core/danmaku.ts';
import '../styles/danmaku.css';

export interface DanmakuLayerProps {
  /** In the order of their times; a list that grows is appended to. */
  readonly posts: readonly DanmakuPost[];
  /** The time of the picture by the clock of the posts; asked in every frame while it is on. */
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

/** Puts those that cross where they are. One that is not drawn yet comes with the next frame. */
function move(layer: HTMLElement, present: readonly PlannedPost[], leftPx: (post: PlannedPost) => number): void {
  const byId = new Map(present.map((post) => [String(post.id), post]));
  for (const element of layer.children) {
    if (!(element instanceof HTMLElement)) continue;
    const post = byId.get(element.dataset['id'] ?? '');
    if (post?.way === 'rolling') element.style.transform = `translateX(${leftPx(post).toFixed(1)}px)`;
  }
}
