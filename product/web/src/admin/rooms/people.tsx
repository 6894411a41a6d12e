import { Mic, MicOff, MonitorUp, Radio, UserX, Video, VideoOff } from 'lucide-react';
import { placeName } from '../../core/place-name.ts';
import { protocolName } from '../../core/protocol-name.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { Part, State } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { spanText, timeText } from '../traffic/when.ts';
import { type Column, RowsTable } from '../ui/table.tsx';
import type { RoomActs } from './acts.ts';
import type { Participant, Track } from './api.ts';
import { inOrder, marksOf, nameOf, qualityTone, sourceKey, tracksInOrder } from './core/people.ts';
import { roomTexts } from './text.ts';

interface PeopleProps {
  participants: readonly Participant[];
  acts: RoomActs;
  ports: AdminPorts;
}

export function People({ participants, acts, ports }: PeopleProps) {
  const { say } = useTexts(roomTexts);
  const columns = useColumns(acts, ports);
  return (
    <Part title={say('participants')}>
      {participants.length === 0 ? (
        <p className="admin-empty">{say('noParticipants')}</p>
      ) : (
        <RowsTable
          label={say('participants')}
          rows={inOrder(participants)}
          columns={columns}
          keyOf={({ sid }) => sid}
        />
      )}
    </Part>
  );
}

function useColumns(acts: RoomActs, { timeZone, now }: AdminPorts): readonly Column<Participant>[] {
  const { say, locale } = useTexts(roomTexts);
  const traffic = useTexts(trafficTexts);
  const { t, language } = useLanguage();
  return [
    { key: 'name', title: say('name'), cell: (one) => <Name participant={one} /> },
    {
      key: 'since',
      title: say('since'),
      cell: ({ joinedAt }) => (
        <div className="admin-two">
          <span className="nowrap">{timeText(joinedAt, { locale, timeZone })}</span>
          <span className="faint small">{spanText(Date.parse(joinedAt), now(), traffic.say)}</span>
        </div>
      ),
    },
    {
      key: 'region',
      title: say('region'),
      cell: ({ region, protocol }) => (
        <div className="admin-two">
          <span className="nowrap">{region === '' ? '—' : placeName(region, language)}</span>
          <span className="faint small">{protocolName(protocol, t)}</span>
        </div>
      ),
    },
    {
      key: 'quality',
      title: say('quality'),
      cell: ({ quality }) => <State tone={qualityTone(quality)}>{t(`quality.${quality}`)}</State>,
    },
    { key: 'tracks', title: say('tracks'), cell: (one) => <Tracks participant={one} acts={acts} /> },
    { key: 'acts', title: '', cell: (one) => <RemoveButton participant={one} acts={acts} /> },
  ];
}

function Name({ participant }: { participant: Participant }) {
  const { say } = useTexts(roomTexts);
  const marks = marksOf(participant, say);
  return (
    <div className="admin-two">
      <span>{nameOf(participant)}</span>
      {nameOf(participant) === participant.identity ? null : (
        <span className="faint small">{participant.identity}</span>
      )}
      {marks.length === 0 ? null : <span className="text-accent small">{marks.join(' · ')}</span>}
    </div>
  );
}

function Tracks({ participant, acts }: { participant: Participant; acts: RoomActs }) {
  const { say } = useTexts(roomTexts);
  if (participant.tracks.length === 0) return <span className="faint">{say('nothingSent')}</span>;
  return (
    <ul className="admin-tracks flex flex-wrap gap-4px">
      {tracksInOrder(participant).map((track) => (
        <li key={track.sid}>
          <TrackButton {...{ participant, track, acts }} />
        </li>
      ))}
    </ul>
  );
}

function TrackButton({ participant, track, acts }: { participant: Participant; track: Track; acts: RoomActs }) {
  const { say } = useTexts(roomTexts);
  const source = say(sourceKey(track.source));
  if (track.muted)
    return (
      <span className="admin-track inline-flex items-center gap-6px bordered rounded-full bg-none text-s one-line faint">
        <TrackIcon track={track} />
        {source} ({say('muted')})
      </span>
    );
  const name = nameOf(participant);
  const { identity } = participant;
  return (
    <button
      type="button"
      className="admin-track inline-flex items-center gap-6px bordered rounded-full bg-none text-s one-line"
      aria-label={say('muteOf', { source, name })}
      title={say('muteOf', { source, name })}
      data-testid="mute"
      onClick={() => acts.ask({ ask: 'mute', identity, name, trackId: track.sid, source })}
    >
      <TrackIcon track={track} />
      {source}
    </button>
  );
}

function TrackIcon({ track: { source, muted } }: { track: Track }) {
  const icons = { microphone: muted ? MicOff : Mic, camera: muted ? VideoOff : Video, screen_share: MonitorUp };
  const Icon = source === 'microphone' || source === 'camera' || source === 'screen_share' ? icons[source] : Radio;
  return <Icon size={15} aria-hidden="true" />;
}

function RemoveButton({ participant, acts }: { participant: Participant; acts: RoomActs }) {
  const { say } = useTexts(roomTexts);
  const name = nameOf(participant);
  return (
    <div className="admin-buttons">
      <button
        type="button"
        className="button small quiet"
        aria-label={say('removeOf', { name })}
        data-testid="remove"
        onClick={() => acts.ask({ ask: 'remove', identity: participant.identity, name })}
      >
        <UserX size={16} aria-hidden="true" />
        {say('remove')}
      </button>
    </div>
  );
}
