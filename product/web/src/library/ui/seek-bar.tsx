import { SeekBar as Bar } from '../../ui/seek-bar.tsx';
import { chapterAt } from '../core/chapters.ts';
import type { Chapter } from '../core/model.ts';
import type { Speaker } from '../core/speakers.ts';
import type { MediaState } from './use-media.ts';
import type { ThumbnailAt } from './use-playback.ts';
import { usePlayerWords } from './use-player-words.ts';

interface SeekBarProps {
  mediaState: MediaState;
  chapters: readonly Chapter[];
  thumbnailAt: ThumbnailAt;
  speaker: Speaker | undefined;
  onSeek(ms: number): void;
}

export function SeekBar({ mediaState, chapters, thumbnailAt, speaker, onSeek }: SeekBarProps) {
  const { say } = usePlayerWords();
  const { ms, durationMs, loadedMs } = mediaState;
  const share = (part: number): string => `${(part / durationMs) * 100}%`;
  return (
    <Bar
      {...{ ms, durationMs, loadedMs, onSeek }}
      label={say('play.position')}
      positionOf={(clock) => say('play.positionOf', clock)}
      hintAt={(at) => ({ picture: thumbnailAt(at), text: chapters[chapterAt(chapters, at)]?.title })}
    >
      {speaker?.moments
        .filter(({ startMs }) => startMs < durationMs)
        .map(({ startMs, endMs }) => (
          <span
            key={startMs}
            className="seek-moment"
            style={{ left: share(startMs), width: share(Math.min(endMs, durationMs) - startMs) }}
          />
        ))}
      {chapters
        .filter(({ startMs }) => startMs > 0 && startMs < durationMs)
        .map(({ startMs }) => (
          <span key={startMs} className="seek-tick" style={{ left: share(startMs) }} />
        ))}
    </Bar>
  );
}
