import type { FinishedOutput, FinishedRecording, RecordedPost } from '@meridian/protocol';
import { CloudOff, LoaderCircle, MonitorUp, Play, UserRound } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { DanmakuLayer } from '../../ui/danmaku-layer.tsx';
import { STRIP_MAX } from '../core/timeline.ts';
import { type Cue, cuesAt, shownText } from '../core/vtt.ts';
import type { PlayerModel, RecordingPlayer } from '../player.ts';
import { useWords } from '../text.ts';

export interface StagePlayer extends Pick<RecordingPlayer, 'elementOf' | 'nowMs' | 'toggle' | 'choose'> {
  readonly recording: Pick<FinishedRecording, 'outputs' | 'participants'>;
}

export interface StageProps {
  readonly player: StagePlayer;
  readonly model: PlayerModel;
  readonly posts: readonly RecordedPost[];
  readonly captions: readonly Cue[];
}

export function Stage({ player, model, posts, captions }: StageProps) {
  const { say } = useWords();
  const byName = new Map(player.recording.outputs.map((output) => [output.name, output]));
  const pictures = model.pictures.flatMap((name) => byName.get(name) ?? []);
  const hasStrip = pictures.length > 1;
  const isUntouched = !model.isPlaying && model.ms === 0;
  return (
    <div className={`recording-stage relative grid overflow-hidden ${hasStrip ? 'with-strip' : ''}`}>
      {pictures.map((output, at) => (
        <Tile
          key={output.name}
          player={player}
          output={output}
          isLarge={at === 0}
          column={columnOf(at, pictures.length)}
          isChosen={output.name === model.chosen}
        />
      ))}
      {pictures.length === 0 && !isUntouched ? (
        <div className="recording-none col-all grid justify-items-center gap-2 text-soft">
          <CloudOff size={34} aria-hidden="true" />
          {say('noPicture')}
        </div>
      ) : null}
      <div className="recording-over col-all absolute inset-0 pointer-none">
        <DanmakuLayer posts={posts} nowMs={player.nowMs} on={posts.length > 0} />
        <Captions cues={cuesAt(captions, model.ms)} />
        {model.isWaiting ? (
          <div className="absolute inset-0 grid place-center text-white" role="status">
            <LoaderCircle size={44} className="spinner" aria-hidden="true" />
            <span className="visually-hidden">{say('buffering')}</span>
          </div>
        ) : null}
      </div>
      <button
        type="button"
        className="recording-touch grid place-center p-0 border-0 bg-none text-white col-all absolute inset-0 pointer-none"
        tabIndex={-1}
        aria-label={say(model.isPlaying ? 'pause' : 'play')}
        onClick={player.toggle}
      >
        {isUntouched ? (
          <span className="player-begin grid place-center">
            <Play size={38} fill="currentColor" aria-hidden="true" />
          </span>
        ) : null}
      </button>
    </div>
  );
}

/** Centres the small pictures. */
const columnOf = (at: number, count: number): number => STRIP_MAX - (count - 1) + 1 + 2 * (at - 1);

interface TileProps {
  readonly player: StagePlayer;
  readonly output: FinishedOutput;
  readonly isLarge: boolean;
  /** Grid column of a small picture, of ten: each takes two. */
  readonly column: number;
  readonly isChosen: boolean;
}

function Tile({ player, output, isLarge, column, isChosen }: TileProps) {
  const { say } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const element = player.elementOf(output.name);
  useEffect(() => {
    if (element !== undefined) box.current?.replaceChildren(element);
  }, [element]);
  const isScreen = output.group === 'screen';
  const isComposed = output.group === 'composed';
  const person =
    player.recording.participants.find(({ identity }) => identity === output.identity)?.name ?? output.title;
  const name = isScreen ? say('share', { name: person }) : person;
  // The same markup for both sizes, so that the element keeps its place in the document: moving it would stop playback.
  return (
    <div
      className={`recording-tile relative min-w-0 p-0 overflow-hidden border-0 rounded-s ${isLarge ? 'large' : ''}`}
      data-output={output.name}
      data-chosen={isChosen ? '' : undefined}
      style={isLarge ? {} : { gridColumn: `${column} / span 2` }}
    >
      <div ref={box} className={isLarge ? 'video-box' : 'video-box cover'} />
      {isComposed ? null : (
        <span className="recording-name absolute inline-flex items-center rounded-s text-white text-xs weight-600">
          {isScreen ? <MonitorUp size={14} aria-hidden="true" /> : <UserRound size={14} aria-hidden="true" />}
          <span className="ellipsis">{name}</span>
        </span>
      )}
      {isLarge ? null : (
        <button
          type="button"
          className="recording-enlarge absolute inset-0 p-0 bg-none"
          aria-label={say('enlarge', { name })}
          onClick={() => player.choose(output.name)}
        />
      )}
    </div>
  );
}

function Captions({ cues }: { cues: readonly Cue[] }) {
  if (cues.length === 0) return null;
  return (
    <div className="recording-captions player-lines absolute grid justify-items-center text-center">
      {cues.map(({ startMs, text }) => (
        <span key={`${startMs} ${text}`}>{shownText(text)}</span>
      ))}
    </div>
  );
}
