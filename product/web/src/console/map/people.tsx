import { useState } from 'react';
import { Check } from '../../account/ui/fields.tsx';
import { LoadTrouble, State } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import type { ConsoleApi, Query } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { ConsolePerson } from '../types.ts';
import { useRoomTitles } from '../ui/room-title.tsx';
import { strengthTones, type Words } from './words.ts';

/** Maximum number of rows. It is below the API's limit; operators do not read more. */
const PEOPLE_MAX = 50;
/** Polling interval, as long as that of the quality records. */
const POLL_MS = 10_000;

export function People({ api, words, query }: { api: ConsoleApi; words: Words; query: Query }) {
  const { say, ms } = words;
  const [isWeak, setWeak] = useState(false);
  // `query` is a new object at each render, so its JSON is the key.
  const queryJson = JSON.stringify({ ...query, limit: PEOPLE_MAX, ...(isWeak && { strength: 'weak' }) });
  const { value, problem, reload } = useApiQuery(
    ['people', queryJson],
    async () => (await api.get<{ people: readonly ConsolePerson[] }>('/console/people', JSON.parse(queryJson))).people,
    POLL_MS,
  );
  const titleOf = useRoomTitles(api, value ?? []);
  return (
    <section className="map-section grid gap-2" aria-label={say('peopleTitle')} data-testid="map-people">
      <div className="in-row justify-between">
        <h3>{say('peopleTitle')}</h3>
        <Check label={say('onlyWeak')} on={isWeak} onChange={setWeak} />
      </div>
      {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
      {value?.length === 0 ? <p className="faint">{say('noPeople')}</p> : null}
      <ul className="map-rows">
        {(value ?? []).map((one) => (
          <li key={one.sessionId}>
            <span className="grid min-w-0">
              <a href={consolePath({ page: 'session', session: one.sessionId })}>{one.name || one.identity}</a>
              <a
                className="faint small"
                href={consolePath({ page: 'room', tenant: one.tenant, room: one.room })}
                title={one.room}
              >
                {one.tenant} · {titleOf(one) || one.room}
              </a>
            </span>
            <State tone={strengthTones[one.strength]}>
              {say(one.strength)}
              {one.rttMs === undefined ? '' : ` · ${ms(one.rttMs)}`}
            </State>
          </li>
        ))}
      </ul>
      {value !== undefined && value.length >= PEOPLE_MAX ? (
        <p className="faint small">{say('first', { n: PEOPLE_MAX })}</p>
      ) : null}
    </section>
  );
}
