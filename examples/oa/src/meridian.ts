// Meridian's REST, as a company's back end asks it: every request with a token of its API key that lives for a minute.
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';

/** What Meridian refused; `code` is stable (GET /api/v1/problems/CODE). */
export class MeridianProblem extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.name = 'MeridianProblem';
    this.status = status;
    this.code = code;
  }
}

export interface Access {
  /** Of the page: https://meet.example.org. */
  readonly url: string;
  readonly key: string;
  readonly secret: string;
}

const SCOPE = 'rooms:admin rooms:create rooms:list meetings:read meetings:write webhooks:admin reports:read';
const TIMEOUT_MS = 10_000;

export class Meridian {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /** The answer's body. A POST carries an Idempotency-Key, so that one that is sent twice happens once. */
  async ask<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> {
    const { url, key, secret } = this.#access;
    const token = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(key)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(Buffer.from(secret));
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...((method === 'DELETE' || method === 'PATCH') && { 'if-match': '*' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw problemOf(answer.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

function problemOf(status: number, text: string): MeridianProblem {
  try {
    const { code = 'INTERNAL', detail, title } = JSON.parse(text) as { code?: string; detail?: string; title?: string };
    return new MeridianProblem(status, code, detail ?? title ?? code);
  } catch {
    // A proxy in front of it has answered.
    return new MeridianProblem(status, 'INTERNAL', text.slice(0, 200));
  }
}

/** Of the answers, what this application reads. */
export interface Meeting {
  readonly id: string;
  readonly number: string;
  readonly room: string;
  readonly status: 'scheduled' | 'cancelled';
  readonly title: string;
  readonly recurrence: string;
  readonly hosts: readonly string[];
  readonly invitees: readonly { id: string; name: string; userId: string; status: string }[];
}

/** A meeting was booked, changed, cancelled, or answered: here, in Meridian's page, or by another system. */
export interface MeetingEvent {
  readonly id: string;
  readonly event: string;
  readonly meeting: Pick<Meeting, 'id' | 'room' | 'title' | 'status'> & {
    /** Rises with each event of the meeting. */
    readonly version: number;
  };
}

export interface RoomEvent {
  readonly id: string;
  readonly event: string;
  readonly createdAt: string;
  /** Of one life of the room: dense, from 1. */
  readonly sequence: number;
  readonly room: { readonly sid: string; readonly name: string; readonly locked: boolean };
  readonly participant?: { readonly identity: string; readonly name: string };
  readonly track?: { readonly source: string };
  readonly reason?: string;
}
