// An API client with scripted answers, and a record of the calls.
import { MeridianClient } from '@meridian/api-client';

export interface Asked {
  /** 'GET /webhooks?limit=25', below /api/v1. */
  readonly call: string;
  readonly body: unknown;
  /** Idempotency key; null: none. */
  readonly key: string | null;
}

/** Returns a value for JSON, a Response as it is, or undefined for 404. */
export type Script = (call: string) => unknown;

export function scripted(script: Script) {
  const asked: Asked[] = [];
  const client = new MeridianClient({
    url: 'https://meet.example.org',
    retriesMax: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const call = `${request.method} ${pathname.replace('/api/v1', '')}${decodeURIComponent(search)}`;
      const text = await request.text();
      asked.push({
        call,
        body: text === '' ? undefined : JSON.parse(text),
        key: request.headers.get('idempotency-key'),
      });
      const answer = script(call);
      if (answer instanceof Response) return answer;
      return answer === undefined
        ? Response.json({ code: 'NOT_FOUND', title: 'Not found', status: 404 }, { status: 404 })
        : Response.json(answer);
    },
  });
  return {
    ports: { client, run: <T>(call: () => Promise<T>) => call() },
    asked,
    calls: () => asked.map(({ call }) => call),
  };
}

export const refusal = (status: number, code: string, errors: object[] = []): Response =>
  Response.json({ status, code, title: code, errors }, { status });
export const done = (): Response => new Response(null, { status: 204 });
