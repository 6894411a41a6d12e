// The office system's server: it books meetings for its employees through Meridian's REST and shows all meetings and
// their events from Meridian's webhooks. Browsers use only this server; the API key stays here.
import { readFileSync } from 'node:fs';
import { MeridianApiError } from '@meridian/api-client';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { Bookings, type Control, controls } from './bookings.ts';
import { employees } from './employees.ts';
import { addHooks, subscribe } from './hooks.ts';
import { type Access, meridianOf } from './meridian.ts';
import { OaStore } from './store.ts';

export interface OaOptions {
  readonly access: Access;
  /** Address by which Meridian reaches this server, for its webhooks. */
  readonly url: string;
  /** File of SQLite. */
  readonly database: string;
}

const newBooking = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200 }),
    localStart: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?$' }),
    timeZone: Type.String({ minLength: 1, maxLength: 64 }),
    durationMinutes: Type.Integer({ minimum: 5, maximum: 1440 }),
    recurrence: Type.String({ enum: ['', 'FREQ=DAILY', 'FREQ=WEEKLY'] }),
    waitingRoom: Type.Boolean(),
    host: Type.String(),
    invitees: Type.Array(Type.String(), { maxItems: 100 }),
  },
  { additionalProperties: false },
);
const ofBooking = Type.Object({ id: Type.String() });
const ofControl = Type.Object({ id: Type.String(), control: Type.String({ enum: [...controls] }) });

/** Builds the server: `listen` first, then `subscribe`. */
export function buildOa({ access, url, database }: OaOptions) {
  const meridian = meridianOf(access);
  const store = new OaStore(database);
  const bookings = new Bookings(meridian, store);
  const app = Fastify({ forceCloseConnections: true });
  const pages = new Set<FastifyReply>();
  const refreshPages = (): void => {
    for (const { raw } of pages) raw.write('data: changed\n\n');
  };
  const ending = new AbortController();
  app.addHook('onClose', async () => {
    ending.abort();
    for (const { raw } of pages) raw.end();
    store.close();
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const isMeridian = error instanceof MeridianApiError;
    const status = isMeridian ? 502 : (error.statusCode ?? 500);
    return reply.code(status).send({ code: isMeridian ? error.code : 'REQUEST_FAILED', message: error.message });
  });
  addPage(app);
  addHooks(app, store, refreshPages);

  app.get('/api/employees', async () => employees);
  app.get('/api/bookings', async () => bookings.list());
  app.post<{ Body: Static<typeof newBooking> }>(
    '/api/bookings',
    { schema: { body: newBooking } },
    async (request, reply) => {
      const { host, invitees, ...booking } = request.body;
      const people = [...new Set([host, ...invitees])].map((id) => employees.find((one) => one.id === id));
      const knownPeople = people.filter((one) => one !== undefined);
      if (knownPeople.length < people.length) return refuse(reply, 400, 'NO_EMPLOYEE', 'No employee has this id.');
      const made = await bookings.bookMeeting(booking, knownPeople);
      refreshPages();
      return reply.code(201).send(made);
    },
  );
  app.get<{ Params: Static<typeof ofBooking> }>('/api/bookings/:id', async ({ params }, reply) => {
    const booking = store.booking(params.id);
    return booking === undefined ? refuse(reply, 404, 'NOT_FOUND', 'No such booking.') : bookings.detail(booking);
  });
  app.post<{ Params: Static<typeof ofControl> }>(
    '/api/bookings/:id/:control',
    { schema: { params: ofControl } },
    async ({ params }, reply) => {
      const booking = store.booking(params.id);
      if (booking === undefined) return refuse(reply, 404, 'NOT_FOUND', 'No such booking.');
      await bookings.control(booking, params.control as Control);
      refreshPages();
      return reply.code(204).send();
    },
  );
  app.get('/api/changes', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write('data: open\n\n');
    pages.add(reply);
    reply.raw.on('close', () => pages.delete(reply));
  });
  return { app, subscribe: () => subscribe(meridian, store, { url, signal: ending.signal }) };
}

const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).send({ code, message });

const files = {
  '/': ['index.html', 'html'],
  '/oa.css': ['oa.css', 'css'],
  '/oa.js': ['oa.js', 'javascript'],
  '/dom.js': ['dom.js', 'javascript'],
  '/meeting.js': ['meeting.js', 'javascript'],
};

function addPage(app: FastifyInstance): void {
  for (const [path, [file = '', type = '']] of Object.entries(files)) {
    const content = readFileSync(new URL(`../page/${file}`, import.meta.url), 'utf8');
    app.get(path, async (_request, reply) => reply.type(`text/${type}; charset=utf-8`).send(content));
  }
}
