// An API client with answers of the test, and a record of the calls.
import type { AdminPorts } from '../../../src/admin/ports.ts';
import { clientOf } from '../../../src/room/api.ts';

type Answering = (method: string, path: string, body: unknown) => Response | object | undefined;

/** `answer`: a value for JSON; undefined: 204. */
export function scripted(answer: Answering) {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const client = clientOf('https://meet.test', async (request) => {
    const { pathname, search } = new URL(request.url);
    const path = decodeURIComponent(pathname.slice('/api/v1'.length)) + search;
    const ifMatch = request.headers.get('if-match');
    asked.push([request.method, path, ...(ifMatch === null ? [] : [ifMatch])].join(' '));
    const text = await request.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    bodies.push(body);
    const found = answer(request.method, path, body);
    if (found instanceof Response) return found;
    return found === undefined
      ? new Response(null, { status: 204 })
      : Response.json(found, { headers: { etag: '"3"' } });
  });
  const run: AdminPorts['run'] = (call) => call();
  return { ports: { client, run }, asked, bodies };
}

export const refusal = (code: string, status: number, fields: object = {}): Response =>
  Response.json({ code, status, ...fields }, { status });
