import { isDecisionId, isNodeId, isSessionId, logLevelNames, logLimits, roomKeyOf } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import type { AuditWriter } from '../http/acts.ts';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { readLine } from './lines.ts';
import type { LogSearch, Searched, Sought } from './log-search.ts';

const HOUR_MS = 3_600_000;
const ROOM_CHARACTERS_MAX = 193; // a tenant of 64, a room of 128
const ID_CHARACTERS_MAX = 64;
const WORDS_CHARACTERS_MAX = logLimits.wordsMax * (logLimits.wordCharactersMax + 1);
const NODES_CHARACTERS_MAX = logLimits.nodesMax * (ID_CHARACTERS_MAX + 1);

const LogSearchAnswer = Type.Object(
  {
    lines: Type.Array(
      Type.Object({
        at: Time,
        node: Type.String(),
        level: Type.String({ description: 'trace … fatal; empty: it cannot be read.' }),
        message: Type.String(),
        text: Type.String({ description: 'The whole line, JSON; its first 4 KiB if `isCut`.' }),
        isCut: Type.Boolean(),
      }),
      { description: 'The newest first, at most 200.' },
    ),
    nodes: Type.Array(
      Type.Object({
        node: Type.String({ description: '`loki`: all of them, by Loki.' }),
        code: Type.Optional(Type.String({ description: 'Why it has not answered; absent: it has.' })),
        source: Type.Optional(Type.String({ description: 'file, journal or loki.' })),
        lines: Type.Integer({ minimum: 0 }),
        searchedFrom: Type.Optional(
          Type.String({ format: 'date-time', description: 'It has more lines, or has looked back no further.' }),
        ),
      }),
    ),
    older: Type.Optional(
      Type.String({ format: 'date-time', description: 'There may be more: ask again with this as `to`.' }),
    ),
  },
  { title: 'LogSearch' },
);

export const searchLogs = operation({
  id: 'searchLogs',
  method: 'GET',
  path: '/console/logs',
  tag: 'Console',
  scope: 'operator',
  summary: 'What nodes have logged about a room, a session or a decision, or with some words; the newest first.',
  description: `Everything that is given must occur in a line as text. At most ${logLimits.wordsMax} words, room, session and decision counted, of ${logLimits.wordCharactersMax} characters. A node reads back 64 MiB or 2 s. Each search is in the audit log of the operators, before it is made.`,
  query: Type.Object({
    room: Type.Optional(Type.String({ maxLength: ROOM_CHARACTERS_MAX, description: 'TENANT/ROOM.' })),
    session: Type.Optional(Type.String({ maxLength: ID_CHARACTERS_MAX })),
    decision: Type.Optional(
      Type.String({ maxLength: ID_CHARACTERS_MAX, description: 'Id of a decision of placement.' }),
    ),
    words: Type.Optional(
      Type.String({
        maxLength: WORDS_CHARACTERS_MAX,
        description: 'With blanks between: identities, codes, addresses …',
      }),
    ),
    from: Type.Optional({ ...Time, description: 'Default: an hour before `to`.' }),
    to: Type.Optional({ ...Time, description: 'Default: now.' }),
    level: Type.Optional(
      Type.Union(
        logLevelNames.map((name) => Type.Literal(name)),
        { default: 'trace', description: 'The least serious lines.' },
      ),
    ),
    nodes: Type.Optional(
      Type.String({
        maxLength: NODES_CHARACTERS_MAX,
        description: `At most ${logLimits.nodesMax}, with commas between; \`centre\` is the one that leads. Default: those that took part in the room or session, else signaling nodes, media nodes and the centre.`,
      }),
    ),
  }),
  answers: { 200: LogSearchAnswer },
});

export interface LogsDeps {
  readonly logs: LogSearch;
  readonly db: Database;
  readonly clock: Clock;
  readonly keeping: { readonly audit: AuditWriter };
}

type Query = Static<typeof searchLogs.query>;

export function addLogOperations(routes: Routes, { logs, db, clock, keeping }: LogsDeps): void {
  routes.add(searchLogs, async ({ principal, query, clientIp, request }) => {
    const sought = soughtFrom(query, clock.wallMs());
    await keeping.audit.write(db, {
      tenant: principal.tenant,
      by: principal,
      address: clientIp,
      operation: searchLogs.id,
      targets: targetsOf(query),
      status: 200,
      requestId: request.id,
    });
    return { body: shown(await logs.search(sought)) };
  });
}

/** Returns only ids, since search words may be names. */
function targetsOf({ room, session, decision, nodes }: Query): Record<string, string> {
  const given = Object.entries({ room, session, decision, nodes });
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Throws REQUEST_INVALID with the field. */
function soughtFrom(query: Query, wallMs: number): Sought {
  const { session, decision } = query;
  const room = query.room === undefined ? undefined : roomIn(query.room);
  if (session !== undefined && !isSessionId(session)) throw wrong('session', 'is no id of a session');
  if (decision !== undefined && !isDecisionId(decision)) throw wrong('decision', 'is no id of a decision');
  const words = (query.words ?? '').split(/\s+/).filter((word) => word !== '');
  for (const id of [query.room, session, decision]) if (id !== undefined) words.push(id);
  if (words.length > logLimits.wordsMax)
    throw wrong('words', `are at most ${logLimits.wordsMax}, room, session and decision counted`);
  if (words.some((word) => word.length > logLimits.wordCharactersMax))
    throw wrong('words', `have at most ${logLimits.wordCharactersMax} characters each`);
  const nodeIds = (query.nodes ?? '').split(',').filter((nodeId) => nodeId !== '');
  if (nodeIds.length > logLimits.nodesMax || !nodeIds.every(isNodeId))
    throw wrong('nodes', `are at most ${logLimits.nodesMax} ids of nodes`);
  const toMs = query.to === undefined ? Math.floor(wallMs) : timeMs(query.to);
  const fromMs = query.from === undefined ? toMs - HOUR_MS : timeMs(query.from);
  if (!(fromMs >= 0 && fromMs <= toMs)) throw wrong('from', 'is not before `to`');
  const level = query.level ?? 'trace';
  return { room, session, nodeIds, query: { fromMs, toMs, words, level, limit: logLimits.linesMax } };
}

function roomIn(text: string): { tenant: string; room: string } {
  const at = text.indexOf('/');
  const [tenant, room] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 0 || roomKeyOf(tenant, room) === undefined) throw wrong('room', 'is no TENANT/ROOM');
  return { tenant, room };
}

const wrong = (field: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer: `?${field}`, detail }] });

const shown = ({ lines, answers, olderToMs }: Searched): Static<typeof LogSearchAnswer> => ({
  lines: lines.map(({ nodeId, atMs, text, isCut }) => ({
    at: timeText(atMs),
    node: nodeId,
    ...readLine(text),
    text,
    isCut,
  })),
  nodes: answers.map((answer) => {
    if ('code' in answer) return { node: answer.nodeId, code: answer.code, lines: 0 };
    const { hasMore, searchedFromMs, source, lines: found } = answer.found;
    return {
      node: answer.nodeId,
      source,
      lines: found.length,
      ...(hasMore && { searchedFrom: timeText(searchedFromMs) }),
    };
  }),
  ...(olderToMs !== undefined && { older: timeText(olderToMs) }),
});
