import { SeekBar as Bar } from '../../ui/seek-bar.tsx';
import { chapterAt, spanOf } from '../core/timeline.ts';
import type { PlayerModel, RecordingPlayer } from '../player.ts';
import { useWords } from '../text.ts';
import type { SmallPictureAt } from './use-cues.ts';

export interface SeekBarProps {
  readonly player: RecordingPlayer;
  readonly model: PlayerModel;
  readonly smallPicture: SmallPictureAt;
}

export function SeekBar({ player, model, smallPicture }: SeekBarProps) {
  const { say } = useWords();
  const { durationMs, chapters, holes } = player.recording;
  const hintAt = (at: number) => {
    if (holes.some(({ ms, durationMs: lost }) => ms <= at && at < ms + lost)) return { text: say('hole') };
    return { picture: smallPicture(at), text: chapters[chapterAt(chapters, at)]?.title };
  };
  return (
    <Bar
      ms={model.ms}
      durationMs={durationMs}
      label={say('position')}
      positionOf={(clock) => say('positionOf', clock)}
      seeksOnTheWay
      hintAt={hintAt}
      onSeek={player.seek}
    >
      {holes.map((hole) => {
        const { from, width } = spanOf(hole, durationMs);
        const style = { left: `${from}%`, width: width === 0 ? undefined : `${width}%` };
        return <span key={hole.ms} className="seek-hole" title={say('hole')} style={style} />;
      })}
      {chapters.map(({ ms, identity, kind }) => (
        <span
          key={`${ms} ${kind} ${identity}`}
          className={`seek-tick ${kind}`}
          style={{ left: `${spanOf({ ms, durationMs: 0 }, durationMs).from}%` }}
        />
      ))}
    </Bar>
  );
}
