import { MessageSquareOff, MessageSquareText } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { clockText } from '../../core/clock.ts';
import { DanmakuLayer } from '../../ui/danmaku-layer.tsx';
import { playKeyPressed } from '../../ui/use-playing.ts';
import type { Post } from '../core/opened.ts';
import { TimeList } from './time-list.tsx';
import { usePlayerWords } from './use-player-words.ts';

export interface DanmakuSwitch {
  readonly isOn: boolean;
  set(isOn: boolean): void;
}

/**
 * Returns the switch, which the key D turns, and the layer of the posts that cross the picture. Without such posts the
 * switch is undefined.
 */
export function useDanmaku(posts: readonly Post[], mediaMs: () => number) {
  const [isOn, set] = useState(true);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (playKeyPressed(event)?.do === 'danmaku') set((before) => !before);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  const hasAny = useMemo(() => posts.some(({ kind }) => kind === 'danmaku'), [posts]);
  return {
    danmaku: hasAny ? { isOn, set } : undefined,
    layer: <DanmakuLayer posts={posts} nowMs={mediaMs} on={hasAny && isOn} />,
  };
}

interface ChatProps {
  posts: readonly Post[];
  nowMs: number;
  danmaku: DanmakuSwitch | undefined;
  onSeek(ms: number): void;
}

const labelled = ['gift', 'announcement', 'question'] as const;

export function Chat({ posts, nowMs, danmaku, onSeek }: ChatProps) {
  const { say } = usePlayerWords();
  const rows = useMemo(
    () =>
      posts.map(({ ms, kind, name, text }) => {
        const label = labelled.find((one) => one === kind);
        return {
          startMs: ms,
          text,
          label: say('chat.jump', { time: clockText(ms), name, text }),
          by: label === undefined ? name : `${name} · ${say(`chat.${label}`)}`,
        };
      }),
    [posts, say],
  );
  return (
    <div className="time-panel flex gap-2">
      {danmaku === undefined ? null : (
        <button
          type="button"
          className="button small quiet flex-none time-panel-button"
          aria-pressed={danmaku.isOn}
          aria-keyshortcuts="d"
          data-testid="danmaku"
          onClick={() => danmaku.set(!danmaku.isOn)}
        >
          {danmaku.isOn ? (
            <MessageSquareText size={16} aria-hidden="true" />
          ) : (
            <MessageSquareOff size={16} aria-hidden="true" />
          )}
          {say('chat.danmaku')}
        </button>
      )}
      <TimeList rows={rows} current={posts.findLastIndex(({ ms }) => ms <= nowMs)} onSeek={onSeek} />
    </div>
  );
}
