import { clockText } from '../../core/clock.ts';
import { chapterAt } from '../core/chapters.ts';
import type { Chapter } from '../core/model.ts';
import { TimeList } from './time-list.tsx';
import { usePlayerWords } from './use-player-words.ts';

interface ChaptersProps {
  chapters: readonly Chapter[];
  nowMs: number;
  onSeek(ms: number): void;
}

export function Chapters({ chapters, nowMs, onSeek }: ChaptersProps) {
  const { say } = usePlayerWords();
  return (
    <TimeList
      rows={chapters.map(({ startMs, title }) => ({
        startMs,
        text: title,
        label: say('chapters.jump', { time: clockText(startMs), title }),
      }))}
      current={chapterAt(chapters, nowMs)}
      onSeek={onSeek}
    />
  );
}
