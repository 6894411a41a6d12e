import { Pin, TriangleAlert, Users } from 'lucide-react';
import { memo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { failureTexts } from '../../core/messages/failures.ts';
import type { Language } from '../../core/query.ts';
import { useLanguage } from '../../ui/language.tsx';
import { consolePath } from '../core/route.ts';
import type { WallRoom } from '../types.ts';
import { loudest, METER_DB_MIN, type RoomName, shareOf, type Trouble, troublesOf } from './core/tiles.ts';
import { isWallText, type SayWall, wallTexts } from './text.ts';

interface TileProps {
  name: RoomName;
  /** State of the room; undefined before the first event. */
  roomState: WallRoom | undefined;
  /** Title of the room's meeting; '' without one. */
  title: string;
  picture: string | undefined;
  isLooking: boolean;
  isKept: boolean;
  onKeep(name: RoomName, isKept: boolean): void;
}

export const Tile = memo(function Tile({ name, title, roomState, picture, isLooking, isKept, onKeep }: TileProps) {
  const { say } = useTexts(wallTexts);
  const { language } = useLanguage();
  const { tenant, room } = name;
  const shownName = title === '' ? room : title;
  const troubles = roomState === undefined || !isLooking ? [] : troublesOf(roomState);
  const state = !isLooking ? say('notLooking') : stateOf(say, language, roomState);
  return (
    <li className="wall-tile" data-serious={troubles.some(({ isSerious }) => isSerious)} data-testid="wall-tile">
      <a
        className="wall-screen relative grid place-center"
        href={consolePath({ page: 'room', ...name })}
        aria-label={`${shownName}, ${tenant}`}
      >
        {isLooking && picture !== undefined ? (
          <span className="video-box">
            <img src={picture} alt="" />
          </span>
        ) : (
          <span className="wall-state p-3 text-center">{state || say('noPicture')}</span>
        )}
        {troubles.length === 0 ? null : (
          <ul className="wall-badges absolute flex flex-wrap gap-4px m-0 p-0">
            {troubles.map((trouble) => (
              <Badge key={trouble.kind} trouble={trouble} />
            ))}
          </ul>
        )}
      </a>
      <div className="wall-foot in-row gap-2">
        <div className="wall-names grid flex-1 min-w-0">
          <strong title={room}>{shownName}</strong>
          <span className="faint small">
            <span title={tenant}>{tenant}</span>
            {roomState?.state === 'watching' ? <People count={roomState.participants} /> : null}
          </span>
        </div>
        <button
          type="button"
          className="icon-button"
          aria-pressed={isKept}
          aria-label={say('keepRoom', { room: shownName })}
          title={say(isKept ? 'kept' : 'keep')}
          onClick={() => onKeep(name, !isKept)}
        >
          <Pin size={16} aria-hidden="true" />
        </button>
      </div>
      {isLooking && roomState?.state === 'watching' ? (
        <SoundMeter level={loudest(roomState)} />
      ) : (
        <div className="wall-meter" />
      )}
    </li>
  );
});

function People({ count }: { count: number }) {
  const { say, locale } = useTexts(wallTexts);
  return (
    <span className="inline-flex flex-none gap-4px items-center tabular">
      <Users size={13} aria-hidden="true" />
      <span aria-hidden="true">{count.toLocaleString(locale)}</span>
      <span className="visually-hidden">{count === 1 ? say('person') : say('people', { count })}</span>
    </span>
  );
}

function stateOf(say: SayWall, language: Language, roomState: WallRoom | undefined): string {
  if (roomState === undefined || (roomState.state === 'joining' && roomState.code === '')) return say('joining');
  if (roomState.state === 'over') return say('over');
  if (roomState.code === '') return '';
  const { code } = roomState;
  return isWallText(code) ? say(code) : say('refused', { cause: failureTexts(code, 'watch', language).cause, code });
}

function Badge({ trouble: { kind, identity, seconds, count, isSerious } }: { trouble: Trouble }) {
  const { say } = useTexts(wallTexts);
  const whose = count > 1 ? say('ofMany', { identity, count: count - 1 }) : say('of', { identity });
  return (
    <li className="wall-badge inline-flex gap-4px items-center tabular" data-serious={isSerious} title={whose}>
      <TriangleAlert size={14} aria-hidden="true" />
      {say(kind, { seconds })}
      <span className="visually-hidden">{`, ${whose}`}</span>
    </li>
  );
}

/** Marks of the meter's scale, in dBFS. */
const marks = [-60, -40, -20, 0] as const;

function SoundMeter({ level }: { level: number | undefined }) {
  const { say, locale } = useTexts(wallTexts);
  if (level === undefined) return <div className="wall-meter faint small">{say('soundNone')}</div>;
  const text =
    level <= -127 ? say('soundSilence') : say('soundOf', { level: Math.round(level).toLocaleString(locale) });
  return (
    <div className="wall-meter" title={text}>
      <meter
        className="visually-hidden"
        aria-label={say('sound')}
        aria-valuetext={text}
        min={METER_DB_MIN}
        max={0}
        value={Math.max(METER_DB_MIN, Math.round(level))}
      />
      <div className="wall-meter-bar overflow-hidden bg-raised" aria-hidden="true">
        <span style={{ inlineSize: `${shareOf(level) * 100}%` }} />
      </div>
      <div className="wall-meter-scale flex justify-between text-faint tabular" aria-hidden="true">
        {marks.map((mark) => (
          <span key={mark}>{mark}</span>
        ))}
      </div>
    </div>
  );
}
