import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { bitrateOf, partsOf, warningsOf } from '../../core/live-streams.ts';
import { placeName } from '../../core/place-name.ts';
import { protocolName } from '../../core/protocol-name.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { LoadTrouble, Part, Stale, State } from '../traffic/parts.tsx';
import { timeText } from '../traffic/when.ts';
import { useApiQuery } from '../ui/queries.ts';
import { Loading } from '../ui/table.tsx';
import type { LiveRoom, Pull, Push, RoomsApi, Streams } from './api.ts';
import { isEmpty, streamTone, viewersOf } from './core/streams.ts';
import { roomTexts } from './text.ts';

/** Interval of requests, each of which asks all gateways. */
const STREAMS_EVERY_MS = 10_000;

export function RoomStreams({ api, name, ports }: { api: RoomsApi; name: string; ports: AdminPorts }) {
  const { say } = useTexts(roomTexts);
  const { value, problem, reload } = useApiQuery(['streams', name], () => api.streams(name), STREAMS_EVERY_MS);
  return (
    <Part title={say('streams')}>
      {value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : (
          <LoadTrouble problem={problem} onRetry={reload} />
        )
      ) : (
        <>
          {problem === undefined ? null : <Stale />}
          <LoadedStreams streams={value} timeZone={ports.timeZone} />
        </>
      )}
    </Part>
  );
}

function LoadedStreams({ streams, timeZone }: { streams: Streams; timeZone: string }) {
  const { say } = useTexts(roomTexts);
  const { live, pushes, pulls } = streams;
  return (
    <>
      {live.gatewaysSilent.length === 0 ? null : (
        <p className="admin-stale" role="status">
          {say('silent', { gateways: live.gatewaysSilent.join(', ') })}
        </p>
      )}
      {isEmpty(streams) ? <p className="admin-empty">{say('noStreams')}</p> : null}
      <Group title={say('encoders')}>
        {live.publishers.map((one) => (
          <Encoder key={`${one.identity} ${one.gateway}`} publisher={one} />
        ))}
      </Group>
      <Group title={say('viewers')}>
        {viewersOf(streams).map((one) => (
          <Viewers key={one.protocol} output={one} />
        ))}
      </Group>
      <Group title={say('pushes')}>
        {pushes.map((one) => (
          <StreamLine key={one.id} stream={one} timeZone={timeZone} dropped={one.droppedPictures} />
        ))}
      </Group>
      <Group title={say('pulls')}>
        {pulls.map((one) => (
          <StreamLine key={one.id} stream={one} timeZone={timeZone} dropped={0} />
        ))}
      </Group>
    </>
  );
}

function Group({ title, children }: { title: string; children: readonly ReactNode[] }) {
  if (children.length === 0) return null;
  return (
    <div className="admin-group grid gap-2">
      <h3>{title}</h3>
      <ul className="admin-lines bordered rounded-l bg-surface">{children}</ul>
    </div>
  );
}

function Encoder({ publisher }: { publisher: LiveRoom['publishers'][number] }) {
  const { locale } = useTexts(roomTexts);
  const { t, language } = useLanguage();
  const { identity, protocol, region, gateway } = publisher;
  const parts = partsOf(publisher, t, locale);
  return (
    <li>
      <div className="admin-two">
        <span>
          {identity} · {protocolName(protocol, t)}
        </span>
        {parts.length === 0 ? null : <span className="small">{parts.join(' · ')}</span>}
        <span className="faint small">{[placeName(region, language), gateway].filter(Boolean).join(' · ')}</span>
        {warningsOf(publisher, t, locale).map((warning) => (
          <span key={warning} className="admin-warning flex gap-6px small">
            <TriangleAlert size={15} aria-hidden="true" />
            {warning}
          </span>
        ))}
      </div>
    </li>
  );
}

function Viewers({ output }: { output: LiveRoom['outputs'][number] }) {
  const { say, locale } = useTexts(roomTexts);
  const { t } = useLanguage();
  const { protocol, viewers, bitrateKbps } = output;
  const count = viewers.toLocaleString(locale);
  return (
    <li>
      <span>{say('viewersBy', { count, protocol: protocolName(protocol, t) })}</span>
      <span className="faint small">{bitrateOf(bitrateKbps, locale)}</span>
    </li>
  );
}

function StreamLine({ stream, timeZone, dropped }: { stream: Push | Pull; timeZone: string; dropped: number }) {
  const { say, locale } = useTexts(roomTexts);
  const { url, state, bitrateKbps, lastError, endsAt, gateway } = stream;
  const facts = [
    ...(state === 'live' ? [bitrateOf(bitrateKbps, locale)] : []),
    ...(dropped > 0 ? [say('dropped', { count: dropped.toLocaleString(locale) })] : []),
    say('until', { time: timeText(endsAt, { locale, timeZone }) }),
    gateway,
  ];
  return (
    <li>
      <div className="admin-two">
        <span>{url}</span>
        <span className="faint small">{facts.filter((fact) => fact !== '').join(' · ')}</span>
        {lastError === undefined || state === 'live' ? null : (
          <span className="admin-warning flex gap-6px small">
            <TriangleAlert size={15} aria-hidden="true" />
            {say('lastError', { reason: `${lastError.reason} (${lastError.code})` })}
          </span>
        )}
      </div>
      <State tone={streamTone(stream)}>{say(`stream.${state}`)}</State>
    </li>
  );
}
