import { MeridianApiError } from '@meridian/api-client';
import { ChartColumn, Lock, LockOpen, Power, Video } from 'lucide-react';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { Trouble } from '../../account/ui/fields.tsx';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { BackLink, CopyText, Fact, Facts, LoadTrouble, Stale, State } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { spanText, timeText } from '../traffic/when.ts';
import { useApiQuery } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { Loading } from '../ui/table.tsx';
import { sharedTexts } from '../ui/texts.ts';
import { RoomActs } from './acts.ts';
import type { Room, RoomNow, RoomsApi } from './api.ts';
import { roomMarks, titleOf } from './core/people.ts';
import { joinInTab, openTab } from './join.ts';
import { People } from './people.tsx';
import { RoomQuestion } from './question.tsx';
import { RoomStreams } from './streams.tsx';
import { roomTexts } from './text.ts';
import { Waiting } from './waiting.tsx';

const ROOM_EVERY_MS = 3000;

interface RoomPageProps {
  ports: AdminPorts;
  api: RoomsApi;
  name: string;
}

export function RoomPage({ ports, api, name }: RoomPageProps) {
  const { value, problem, reload } = useApiQuery(['room', name], () => api.liveState(name), ROOM_EVERY_MS);
  const acts = useMemo(() => new RoomActs(api, name, reload), [api, name, reload]);
  const isOver = value?.room.active === false || (problem instanceof MeridianApiError && problem.status === 404);
  return (
    <>
      <BackLink section="rooms" />
      {isOver ? (
        <EndedRoom name={name} />
      ) : value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : (
          <LoadTrouble problem={problem} onRetry={reload} />
        )
      ) : (
        <>
          {problem === undefined ? null : <Stale />}
          <RunningRoom {...{ ports, api, acts }} liveState={value} />
        </>
      )}
    </>
  );
}

const reportsPath = (room: string): string => `/admin/reports?${new URLSearchParams({ search: room })}`;

function EndedRoom({ name }: { name: string }) {
  const { say } = useTexts(roomTexts);
  return (
    <>
      <PageTitle title={say('over')} lead={name} />
      <div className="admin-empty">
        <p>{say('overText')}</p>
        <a className="button small quiet" href={reportsPath(name)}>
          <ChartColumn size={16} aria-hidden="true" />
          {say('reports')}
        </a>
      </div>
    </>
  );
}

interface RunningRoomProps {
  ports: AdminPorts;
  api: RoomsApi;
  acts: RoomActs;
  liveState: RoomNow;
}

function RunningRoom({ ports, api, acts, liveState }: RunningRoomProps) {
  const { say } = useTexts(roomTexts);
  const problem = useSyncExternalStore(acts.problem.subscribe, acts.problem.get);
  const { room } = liveState;
  return (
    <>
      <PageTitle title={titleOf(room)} {...(room.title !== '' && { lead: room.name })} />
      <Tools {...{ ports, api, acts, room }} />
      {problem === undefined ? null : <Trouble title={say('failed')} error={problem} />}
      <RoomFacts room={room} ports={ports} />
      <Waiting now={liveState} acts={acts} ports={ports} />
      <People participants={liveState.participants} acts={acts} ports={ports} />
      {ports.me.scopes.includes('live:admin') ? <RoomStreams api={api} name={room.name} ports={ports} /> : null}
      <RoomQuestion acts={acts} room={room} />
    </>
  );
}

function Tools({ ports, api, acts, room }: Omit<RunningRoomProps, 'liveState'> & { room: Room }) {
  const { say } = useTexts(roomTexts);
  return (
    <div className="admin-tools">
      {ports.me.scopes.includes('links:write') ? <JoinButton {...{ ports, api, room }} /> : null}
      <button type="button" className="button small quiet" onClick={() => void acts.lock(!room.locked)}>
        {room.locked ? <LockOpen size={16} aria-hidden="true" /> : <Lock size={16} aria-hidden="true" />}
        {say(room.locked ? 'unlock' : 'lock')}
      </button>
      <a className="button small quiet" href={reportsPath(room.name)}>
        <ChartColumn size={16} aria-hidden="true" />
        {say('reports')}
      </a>
      {ports.me.scopes.includes('rooms:create') ? (
        <button
          type="button"
          className="button small quiet danger-text"
          data-testid="end"
          onClick={() => acts.ask({ ask: 'end' })}
        >
          <Power size={16} aria-hidden="true" />
          {say('end')}
        </button>
      ) : null}
    </div>
  );
}

function JoinButton({ ports, api, room }: { ports: AdminPorts; api: RoomsApi; room: Room }) {
  const { say } = useTexts(roomTexts);
  const shared = useTexts(sharedTexts);
  const [busy, setBusy] = useState(false);
  const [blocked, setBlocked] = useState<string>();
  const [problem, setProblem] = useState<unknown>();
  const join = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      setBlocked(await joinInTab(openTab, () => api.hostLink(room, ports.me)));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        className="button small primary"
        data-testid="join"
        disabled={busy}
        onClick={() => void join()}
      >
        <Video size={16} aria-hidden="true" />
        {say('join')}
      </button>
      {problem === undefined ? null : <Trouble title={say('failed')} error={problem} />}
      {blocked === undefined ? null : (
        <div className="admin-wide grid gap-2 anywhere admin-stale" role="status">
          <p>{say('joinBlocked')}</p>
          <a href={blocked} target="_blank" rel="noreferrer">
            {blocked}
          </a>
          <CopyText text={blocked} label={shared.say('copy')} />
        </div>
      )}
    </>
  );
}

function RoomFacts({ room, ports }: { room: Room; ports: AdminPorts }) {
  const { say, locale } = useTexts(roomTexts);
  const traffic = useTexts(trafficTexts);
  const reader = { locale, timeZone: ports.timeZone };
  const marks = roomMarks(room, say);
  const endsAt = timeText(room.endsAt ?? undefined, reader);
  const lasting = room.createdAt === undefined ? '' : spanText(Date.parse(room.createdAt), ports.now(), traffic.say);
  return (
    <div className="admin-card">
      <Facts>
        <Fact name={say('state')}>
          <State tone={marks.length === 0 ? 'good' : 'quiet'}>
            {marks.length === 0 ? say('open') : marks.join(' · ')}
          </State>
        </Fact>
        <Fact name={say('participants')}>{room.numParticipants.toLocaleString(locale)}</Fact>
        <Fact name={say('since')}>{timeText(room.createdAt, reader)}</Fact>
        <Fact name={say('lasting')}>{lasting}</Fact>
        <Fact name={say('capacity')}>
          {room.maxParticipants === 0 ? say('unlimited') : room.maxParticipants.toLocaleString(locale)}
        </Fact>
        <Fact name={say('bookedEnd')}>{endsAt !== '' && room.hardEnd ? say('hardEnd', { time: endsAt }) : endsAt}</Fact>
        <Fact name={say('id')}>
          <code>{room.sid}</code>
        </Fact>
      </Facts>
    </div>
  );
}
