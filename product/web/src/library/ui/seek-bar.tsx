import { SeekBar as Bar } from '../../ui/seek-bar.tsx';
import { chapterAt } from '../core/chapters.ts';
import type { Chapter } from '../core/model.ts';
import type { MediaState } from './use-media.ts';
import type { ThumbnailAt } from './use-playback.ts';
import { usePlayerWords } from './use-player-words.ts';

interface SeekBarProps {
  mediaState: MediaState;
  chapters: readonly Chapter[];
  thumbnailAt: ThumbnailAt;
  onSeek(ms: number): void;
}

export function SeekBar({ mediaState: { ms, durationMs, loadedMs }, chapters, thumbnailAt, onSeek }: SeekBarProps) {
  const { say } = usePlayerWords();
  return (
    <Bar
      {...{ ms, durationMs, loadedMs, onSeek }}
      label={say('play.position')}
      positionOf={(clock) => say('play.positionOf', clock)}
      hintAt={(at) => ({ picture: thumbnailAt(at), text: chapters[chapterAt(chapters, at)]?.title })}
    >
      {chapters
        .filter(({ startMs }) => startMs > 0 && startMs < durationMs)
        .map(({ startMs }) => (
          <span key={startMs} className="seek-tick" style={{ left: `${(startMs / durationMs) * 100}%` }} />
        ))}
    </Bar>
  );
}
