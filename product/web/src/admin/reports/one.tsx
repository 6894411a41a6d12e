import { Activity, Download } from 'lucide-react';
import { placeName } from '../../core/place-name.ts';
import { protocolName } from '../../core/protocol-name.ts';
import { useLanguage } from '../../ui/language.tsx';
import { Attribution } from '../../ui/parts.tsx';
import { adminPath } from '../core/route.ts';
import type { AdminPorts } from '../ports.ts';
import { RecordingsOfLife } from '../recordings/page.tsx';
import { useTexts } from '../text.ts';
import { BackLink, Fact, Facts, LoadTrouble, Part, State } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { exactTimeText, spanText, timeText } from '../traffic/when.ts';
import { useApiQuery, useList } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { type Column, ListTable, Loading } from '../ui/table.tsx';
import { type Life, type ReportsApi, type Stay, staysCsvPath } from './api.ts';
import { AttendancePart } from './attendance.tsx';
import { Connection } from './connection.tsx';
import { connectionQualityOf } from './core/quality.ts';
import { endText, leftText } from './core/words.ts';
import { MeetingPart } from './meeting.tsx';
import { personName } from './person-name.tsx';
import { reportTexts } from './text.ts';
import { TimelineLink } from './timeline-link.tsx';

interface LifePageProps {
  ports: AdminPorts;
  api: ReportsApi;
  sid: string;
}

export function LifePage({ ports, api, sid }: LifePageProps) {
  const { value, problem, reload } = useApiQuery(['life', sid], () => api.life(sid));
  return (
    <>
      <BackLink section="reports" />
      {problem !== undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : value === undefined ? (
        <Loading />
      ) : (
        <LoadedLife {...{ ports, api }} life={value} />
      )}
    </>
  );
}

function LoadedLife({ ports, api, life }: { ports: AdminPorts; api: ReportsApi; life: Life }) {
  const { say, locale } = useTexts(reportTexts);
  const { sid, room, title, meetingId, endedAt } = life;
  return (
    <>
      <PageTitle title={title === '' ? room : title} {...(title !== '' && { lead: room })} />
      <div className="admin-tools">
        <a className="button small primary" href={staysCsvPath(sid)} download>
          <Download size={16} aria-hidden="true" />
          {say('csv')}
        </a>
        {endedAt === undefined && ports.me.scopes.includes('rooms:list') ? (
          <a className="button small quiet" href={adminPath({ section: 'rooms', id: room })}>
            <Activity size={16} aria-hidden="true" />
            {say('open')}
          </a>
        ) : null}
      </div>
      {life.lostEntries === 0 ? null : (
        <p className="admin-stale">{say('lost', { count: life.lostEntries.toLocaleString(locale) })}</p>
      )}
      <LifeFacts life={life} ports={ports} />
      {meetingId === undefined ? null : <MeetingPart {...{ ports, api, life, meetingId }} />}
      {ports.me.scopes.includes('recordings:read') ? <RecordingsOfLife {...{ ports, sid }} /> : null}
      <AttendancePart {...{ ports, api, sid }} />
      <Stays {...{ ports, api, sid }} />
    </>
  );
}

function LifeFacts({ life, ports }: { life: Life; ports: AdminPorts }) {
  const { say, locale } = useTexts(reportTexts);
  const traffic = useTexts(trafficTexts);
  const { startedAt, endedAt, endReason, estimated, participants, worst, sid } = life;
  const reader = { locale, timeZone: ports.timeZone };
  const endMs = endedAt === undefined ? ports.now() : Date.parse(endedAt);
  return (
    <div className="admin-card">
      <Facts>
        <Fact name={say('began')}>{timeText(startedAt, reader)}</Fact>
        <Fact name={say('ended')}>
          {endedAt === undefined ? <State tone="good">{say('goesOn')}</State> : timeText(endedAt, reader)}
        </Fact>
        <Fact name={say('lasted')}>{spanText(Date.parse(startedAt), endMs, traffic.say)}</Fact>
        <Fact name={say('people')}>{participants.toLocaleString(locale)}</Fact>
        <Fact name={say('reason')}>{estimated ? say('estimatedText') : endText(endReason, say)}</Fact>
        <Fact name={say('worst')}>
          <Connection felt={worst} />
        </Fact>
        <Fact name={say('id')}>
          <code>{sid}</code>
        </Fact>
      </Facts>
    </div>
  );
}

function Stays({ ports, api, sid }: LifePageProps) {
  const { say } = useTexts(reportTexts);
  const list = useList(['stays', sid], (cursor) => api.stays(sid, cursor));
  const columns = useColumns(ports, sid);
  return (
    <Part title={say('stays')}>
      <ListTable
        label={say('stays')}
        {...{ list, columns }}
        keyOf={({ id }) => id}
        empty={<p>{say('staysEmpty')}</p>}
      />
      {list.rows?.some(({ quality }) => quality?.location !== undefined) ? <Attribution /> : null}
    </Part>
  );
}

function useColumns({ timeZone, now }: AdminPorts, sid: string): readonly Column<Stay>[] {
  const { say, locale } = useTexts(reportTexts);
  const traffic = useTexts(trafficTexts);
  const reader = { locale, timeZone };
  return [
    {
      key: 'name',
      title: say('name'),
      cell: personName,
    },
    {
      key: 'joined',
      title: say('joined'),
      cell: ({ joinedAt }) => <span className="admin-when">{exactTimeText(joinedAt, reader)}</span>,
    },
    {
      key: 'left',
      title: say('left'),
      cell: ({ leftAt, leftReason, estimated }) =>
        leftAt === undefined ? (
          <State tone="good">{say('stillThere')}</State>
        ) : (
          <div className="admin-two">
            <span className="admin-when">{exactTimeText(leftAt, reader)}</span>
            <span className="faint small">{estimated ? say('estimated') : leftText(leftReason, say)}</span>
          </div>
        ),
    },
    {
      key: 'lasted',
      title: say('lasted'),
      cell: ({ joinedAt, leftAt }) => {
        const endMs = leftAt === undefined ? now() : Date.parse(leftAt);
        return <span className="nowrap">{spanText(Date.parse(joinedAt), endMs, traffic.say)}</span>;
      },
    },
    { key: 'where', title: say('where'), cell: (stay) => <StayPlace stay={stay} /> },
    {
      key: 'quality',
      title: say('quality'),
      cell: ({ quality }) => <Connection felt={connectionQualityOf(quality)} />,
    },
    {
      key: 'timeline',
      title: '',
      cell: ({ participantSid, name, identity }) => (
        <TimelineLink {...{ sid, name: name === '' ? identity : name }} session={participantSid} />
      ),
    },
  ];
}

function StayPlace({ stay: { quality, region, protocol } }: { stay: Stay }) {
  const { say } = useTexts(reportTexts);
  const { t, language } = useLanguage();
  const places = [quality?.location ?? '', region].filter((place) => place !== '');
  const resumes = quality?.resumes ?? 0;
  return (
    <div className="admin-two">
      <span>{quality?.device ?? protocolName(protocol, t)}</span>
      <span className="faint small">{places.map((place) => placeName(place, language)).join(' → ')}</span>
      {resumes === 0 ? null : <span className="faint small">{say('resumes', { count: resumes })}</span>}
    </div>
  );
}
