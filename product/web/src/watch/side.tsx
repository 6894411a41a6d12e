// Beside the picture: chapters, the transcript, and what was written in the meeting.
import { type ReactNode, useId, useState } from 'react';
import { useTexts } from '../admin/text.ts';
import type { Chapter } from '../library/core/model.ts';
import type { Post } from '../library/core/opened.ts';
import { Chapters, type SpeakerChoice } from '../library/ui/chapters.tsx';
import { Chat, type DanmakuSwitch } from '../library/ui/chat.tsx';
import { TranscriptText } from '../library/ui/transcript.tsx';
import { usePlayerWords } from '../library/ui/use-player-words.ts';
import type { Transcript } from '../library/ui/use-transcripts.ts';
import { watchTexts } from './text.ts';

interface SideProps {
  chapters: readonly Chapter[];
  speaker: SpeakerChoice;
  transcripts: readonly Transcript[];
  posts: readonly Post[];
  nowMs: number;
  danmaku: DanmakuSwitch | undefined;
  onSeek(ms: number): void;
}

type Tab = 'chapters' | 'transcript' | 'chat';

export function Side({ chapters, speaker, transcripts, posts, nowMs, danmaku, onSeek }: SideProps) {
  const { say } = useTexts(watchTexts);
  const player = usePlayerWords();
  const id = useId();
  const [chosen, choose] = useState<Tab>();
  const tabs: readonly Tab[] = [
    ...(chapters.length > 0 ? (['chapters'] as const) : []),
    ...(transcripts.length > 0 ? (['transcript'] as const) : []),
    ...(posts.length > 0 ? (['chat'] as const) : []),
  ];
  const tab = tabs.find((one) => one === chosen) ?? tabs[0] ?? 'chapters';
  const bodies: Readonly<Record<Tab, () => ReactNode>> = {
    chapters: () => <Chapters {...{ chapters, speaker, nowMs, onSeek }} />,
    transcript: () => <TranscriptText {...{ transcripts, nowMs, onSeek }} />,
    chat: () => <Chat {...{ posts, nowMs, danmaku, onSeek }} />,
  };
  return (
    <aside
      className="watch-side flex overflow-hidden bordered rounded-m bg-surface"
      aria-label={say('beside')}
      data-testid="side"
    >
      <div className="watch-tabs flex flex-none gap-4px" role="tablist">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`${id}-${one}`}
            aria-selected={one === tab}
            aria-controls={`${id}-body`}
            onClick={() => choose(one)}
          >
            {player.say(one)}
          </button>
        ))}
      </div>
      <div className="watch-side-body flex" role="tabpanel" id={`${id}-body`} aria-labelledby={`${id}-${tab}`}>
        {bodies[tab]()}
      </div>
    </aside>
  );
}
