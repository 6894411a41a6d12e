import { isDecisionId, isNodeId, isSessionId, logLevelNames, logLimits, roomKeyOf } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import type { AuditWriter } from '../http/audit-entries.ts';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { readLine } from './lines.ts';
import type { LogSearch, LogSearchRequest, LogSearchResult } from './log-search.ts';

const HOUR_MS = 3_600_000;
const ROOM_CHARACTERS_MAX = 193; // A room key has 64 characters of the tenant, a slash and 128 of the room.
const ID_CHARACTERS_MAX = 64;
const WORDS_CHARACTERS_MAX = logLimits.wordsMax * (logLimits.wordCharactersMax + 1);
const NODES_CHARACTERS_MAX = logLimits.nodesMax * (ID_CHARACTERS_MAX + 1);

const LogSearchAnswer = Type.Object(
  {
    lines: Type.Array(
      Type.Object({
        at: Time,
        node: Type.String(),
        level: Type.String({ description: 'trace … fatal; empty if the line cannot be parsed.' }),
        message: Type.String(),
        text: Type.String({ description: 'The whole line as JSON; only its first 4 KiB if `isCut`.' }),
        isCut: Type.Boolean(),
      }),
      { description: 'The newest first, at most 200 lines.' },
    ),
    nodes: Type.Array(
      Type.Object({
        node: Type.String({ description: 'Id of the node; `loki` stands for all nodes, searched by Loki.' }),
        code: Type.Optional(Type.String({ description: 'Why the node did not answer; absent if it did.' })),
        source: Type.Optional(Type.String({ description: 'file, journal or loki' })),
        lines: Type.Integer({ minimum: 0 }),
        searchedFrom: Type.Optional(
          Type.String({
            format: 'date-time',
            description: 'Present if the node has more lines, or did not read further back than this.',
          }),
        ),
      }),
    ),
    older: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Present if there may be more: repeat the search with this as `to`.',
      }),
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
  summary: 'Search the log lines of nodes by room, session, decision or words, the newest first.',
  description: `A line must contain each given text. At most ${logLimits.wordsMax} words, including room, session and decision, of ${logLimits.wordCharactersMax} characters each. A node reads back at most 64 MiB, for at most 2 s. Each search is written to the operators’ audit log before it runs.`,
  query: Type.Object({
    room: Type.Optional(Type.String({ maxLength: ROOM_CHARACTERS_MAX, description: 'Room as TENANT/ROOM.' })),
    session: Type.Optional(Type.String({ maxLength: ID_CHARACTERS_MAX })),
    decision: Type.Optional(Type.String({ maxLength: ID_CHARACTERS_MAX, description: 'Id of a placement decision.' })),
    words: Type.Optional(
      Type.String({
        maxLength: WORDS_CHARACTERS_MAX,
        description: 'Words separated by blanks: identities, codes, addresses …',
      }),
    ),
    from: Type.Optional({ ...Time, description: 'Start of the search. Default: an hour before `to`.' }),
    to: Type.Optional({ ...Time, description: 'End of the search. Default: now.' }),
    level: Type.Optional(
      Type.Union(
        logLevelNames.map((name) => Type.Literal(name)),
        { default: 'trace', description: 'Lowest level of the lines.' },
      ),
    ),
    nodes: Type.Optional(
      Type.String({
        maxLength: NODES_CHARACTERS_MAX,
        description: `At most ${logLimits.nodesMax} ids, separated by commas; \`centre\` stands for the leading centre. Default: the nodes that took part in the room or session, else signaling nodes, media nodes and the centre.`,
      }),
    ),
  }),
  answers: { 200: LogSearchAnswer },
});

export interface LogsDeps {
  readonly logs: LogSearch;
  readonly db: Database;
  readonly clock: Clock;
  readonly recordKeeping: { readonly audit: AuditWriter };
}

type Query = Static<typeof searchLogs.query>;

export function addLogOperations(routes: Routes, { logs, db, clock, recordKeeping }: LogsDeps): void {
  routes.add(searchLogs, async ({ principal, query, clientIp, request }) => {
    const searchRequest = searchRequestFrom(query, clock.wallMs());
    await recordKeeping.audit.write(db, {
      tenant: principal.tenant,
      by: principal,
      address: clientIp,
      operation: searchLogs.id,
      targets: targetsOf(query),
      status: 200,
      requestId: request.id,
    });
    return { body: shownResult(await logs.search(searchRequest)) };
  });
}

/** Returns only ids, since search words may be names. */
function targetsOf({ room, session, decision, nodes }: Query): Record<string, string> {
  const given = Object.entries({ room, session, decision, nodes });
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Throws REQUEST_INVALID with the field. */
function searchRequestFrom(query: Query, wallMs: number): LogSearchRequest {
  const { session, decision } = query;
  const room = query.room === undefined ? undefined : roomIn(query.room);
  if (session !== undefined && !isSessionId(session)) throw queryProblem('session', 'is no id of a session');
  if (decision !== undefined && !isDecisionId(decision)) throw queryProblem('decision', 'is no id of a decision');
  const words = (query.words ?? '').split(/\s+/).filter((word) => word !== '');
  for (const id of [query.room, session, decision]) if (id !== undefined) words.push(id);
  if (words.length > logLimits.wordsMax)
    throw queryProblem('words', `are at most ${logLimits.wordsMax}, room, session and decision counted`);
  if (words.some((word) => word.length > logLimits.wordCharactersMax))
    throw queryProblem('words', `have at most ${logLimits.wordCharactersMax} characters each`);
  const nodeIds = (query.nodes ?? '').split(',').filter((nodeId) => nodeId !== '');
  if (nodeIds.length > logLimits.nodesMax || !nodeIds.every(isNodeId))
    throw queryProblem('nodes', `are at most ${logLimits.nodesMax} ids of nodes`);
  const toMs = query.to === undefined ? Math.floor(wallMs) : timeMs(query.to);
  const fromMs = query.from === undefined ? toMs - HOUR_MS : timeMs(query.from);
  if (!(fromMs >= 0 && fromMs <= toMs)) throw queryProblem('from', 'is not before `to`');
  const level = query.level ?? 'trace';
  return { room, session, nodeIds, query: { fromMs, toMs, words, level, limit: logLimits.linesMax } };
}

function roomIn(text: string): { tenant: string; room: string } {
  const at = text.indexOf('/');
  const [tenant, room] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 0 || roomKeyOf(tenant, room) === undefined) throw queryProblem('room', 'is no TENANT/ROOM');
  return { tenant, room };
}

const queryProblem = (field: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer: `?${field}`, detail }] });

const shownResult = ({ lines, answers, olderToMs }: LogSearchResult): Static<typeof LogSearchAnswer> => ({
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
