import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { clockText } from '../../core/clock.ts';
import { type Cue, foundIn, parseVtt, shownText } from '../core/vtt.ts';
import { TimeList } from './time-list.tsx';
import { usePlayerWords } from './use-player-words.ts';
import { languageName, type Transcript } from './use-transcripts.ts';

interface TranscriptTextProps {
  transcripts: readonly Transcript[];
  nowMs: number;
  onSeek(ms: number): void;
}

/** Text of the transcripts with a search; a press on a line seeks to it. */
export function TranscriptText({ transcripts, nowMs, onSeek }: TranscriptTextProps) {
  const { say, locale } = usePlayerWords();
  const own = transcripts.find(({ language }) => language.split('-')[0] === locale.split('-')[0]) ?? transcripts[0];
  const [chosen, choose] = useState<string>();
  const [search, setSearch] = useState('');
  const shown = transcripts.find(({ language }) => language === chosen) ?? own;
  const cues = useMemo((): readonly Cue[] => parseVtt(shown?.vtt ?? ''), [shown]);
  const found = useMemo(() => foundIn(cues, search), [cues, search]);
  return (
    <div className="time-panel flex gap-2">
      <div className="transcript-head flex gap-2">
        <label className="transcript-search relative flex-1 min-w-0">
          <span className="visually-hidden">{say('transcript.search')}</span>
          <Search size={16} aria-hidden="true" />
          <input
            className="input"
            type="search"
            placeholder={say('transcript.search')}
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        </label>
        {transcripts.length < 2 ? null : (
          <select
            className="select"
            aria-label={say('transcript.language')}
            value={shown?.language}
            onChange={({ target }) => choose(target.value)}
          >
            {transcripts.map(({ language }) => (
              <option key={language} value={language}>
                {languageName(language, locale)}
              </option>
            ))}
          </select>
        )}
      </div>
      {found.length === 0 ? (
        <p className="text-faint text-s">{say('transcript.nothing')}</p>
      ) : (
        <TimeList
          rows={found.map(({ startMs, text }) => ({
            startMs,
            text: shownText(text),
            label: say('transcript.jump', { time: clockText(startMs), text: shownText(text) }),
          }))}
          current={found.findLastIndex(({ startMs }) => startMs <= nowMs)}
          onSeek={onSeek}
        />
      )}
    </div>
  );
}
