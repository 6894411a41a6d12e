import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { clockText } from '../../core/clock.ts';
import { chapterAt, chapterBesideMs } from '../core/chapters.ts';
import { type Speaker, type SpokenChapter, speakersOf } from '../core/speakers.ts';
import { TimeList } from './time-list.tsx';
import { usePlayerWords } from './use-player-words.ts';

export interface SpeakerChoice {
  readonly speakers: readonly Speaker[];
  /** Undefined for everyone. */
  readonly chosen: Speaker | undefined;
  choose(name: string): void;
}

/** Returns the speakers of a recording, and whose moments are shown. */
export function useSpeakers(chapters: readonly SpokenChapter[], durationMs: number): SpeakerChoice {
  const [name, choose] = useState('');
  const speakers = useMemo(() => speakersOf(chapters, durationMs), [chapters, durationMs]);
  return { speakers, chosen: speakers.find((one) => one.name === name), choose };
}

interface ChaptersProps {
  chapters: readonly SpokenChapter[];
  speaker: SpeakerChoice;
  nowMs: number;
  onSeek(ms: number): void;
}

export function Chapters({ chapters, speaker, nowMs, onSeek }: ChaptersProps) {
  const { say } = usePlayerWords();
  const { chosen } = speaker;
  const rows: readonly SpokenChapter[] =
    chosen === undefined ? chapters : chosen.moments.map(({ startMs }) => ({ startMs, title: chosen.name }));
  return (
    <div className="time-panel flex gap-2">
      {speaker.speakers.length < 2 ? null : <SpeakerField {...{ speaker, nowMs, onSeek }} />}
      <TimeList
        rows={rows.map(({ startMs, title: name, kind }) => {
          const title = kind === 'screen' ? say('chapters.screen', { name }) : name;
          return { startMs, text: title, label: say('chapters.jump', { time: clockText(startMs), title }) };
        })}
        current={chapterAt(rows, nowMs)}
        onSeek={onSeek}
      />
    </div>
  );
}

function SpeakerField({ speaker, nowMs, onSeek }: Pick<ChaptersProps, 'speaker' | 'nowMs' | 'onSeek'>) {
  const { say } = usePlayerWords();
  const { speakers, chosen, choose } = speaker;
  return (
    <div className="transcript-head flex gap-2 items-center">
      <select
        className="select flex-1 min-w-0"
        aria-label={say('speaker.choose')}
        data-testid="speaker"
        value={chosen?.name ?? ''}
        onChange={({ target }) => choose(target.value)}
      >
        <option value="">{say('speaker.all')}</option>
        {speakers.map(({ name, totalMs }) => (
          <option key={name} value={name}>
            {say('speaker.one', { name, time: clockText(totalMs) })}
          </option>
        ))}
      </select>
      {chosen === undefined
        ? null
        : ([-1, 1] as const).map((by) => {
            const to = chapterBesideMs(chosen.moments, nowMs, by);
            const Icon = by === 1 ? ChevronRight : ChevronLeft;
            return (
              <button
                key={by}
                type="button"
                className="icon-button bare flex-none"
                aria-label={say(by === 1 ? 'speaker.next' : 'speaker.before', { name: chosen.name })}
                aria-keyshortcuts={by === 1 ? 'n' : 'p'}
                data-testid={by === 1 ? 'moment-next' : 'moment-before'}
                disabled={to === undefined}
                onClick={() => to !== undefined && onSeek(to)}
              >
                <Icon size={20} aria-hidden="true" />
              </button>
            );
          })}
    </div>
  );
}
