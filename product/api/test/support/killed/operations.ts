// A company's server whose requests are cut off: it repeats each under the same Idempotency-Key until it is
// acknowledged. Afterwards it checks that everything acknowledged exists, exactly once.
import { setTimeout as delay } from 'node:timers/promises';
import type { Rng } from '@meridian/runtime';

const PAUSE_MS = 100;
/** Longer than a process and its database need to come back, and than the api waits for an abandoned attempt. */
const ACKNOWLEDGED_MS_MAX = 120_000;
const ANSWER_MS_MAX = 10_000;
const HOUR_MS = 3_600_000;

export interface Company {
  readonly url: () => string;
  /** Returns a token with all scopes of a tenant. */
  readonly token: () => Promise<string>;
  readonly rng: Rng;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

interface Done {
  readonly key: string;
  readonly path: string;
  readonly body: object;
  readonly id: string;
}

interface Booked {
  id: string;
  title: string;
  changes: number;
  /** True while a request changes the meeting; no other request may. */
  isHeld: boolean;
}

export class Operations {
  readonly #o: Company;
  readonly #done: Done[] = [];
  readonly #meetings: Booked[] = [];
  readonly #links: string[] = [];
  readonly #rooms: string[] = [];
  #sent = 0;

  constructor(o: Company) {
    this.#o = o;
  }

  /** Repetitions are counted too. */
  get sent(): number {
    return this.#sent;
  }

  /** Carries out an operation chosen by the rng. Rejects if it is not acknowledged within two minutes. */
  async next(index: number): Promise<void> {
    const kind = this.#o.rng.int(10);
    const randomMeeting = this.#meetings[this.#o.rng.int(Math.max(1, this.#meetings.length))];
    if (kind < 3 || randomMeeting === undefined || randomMeeting.isHeld) return this.#book(index);
    if (kind < 5) return this.#change(randomMeeting, index);
    if (kind < 6) return this.#split(index);
    if (kind < 8) return this.#link(index);
    return this.#room(index);
  }

  /** Returns a text for every difference from the acknowledged state; empty if there is none. */
  async faults(): Promise<string[]> {
    return [...(await this.#meetingFaults()), ...(await this.#otherFaults()), ...(await this.#replayFaults())];
  }

  async #book(index: number): Promise<void> {
    const title = `meeting ${index}`;
    const id = await this.#idOnce(`book-${index}`, '/meetings', { title, ...tomorrow() });
    this.#meetings.push({ id, title, changes: 0, isHeld: false });
  }

  async #split(index: number): Promise<void> {
    const series = { ...tomorrow(), recurrence: 'FREQ=DAILY;COUNT=4' };
    const title = `series ${index}`;
    const id = await this.#idOnce(`series-${index}`, '/meetings', { title, ...series });
    const first = { id, title, changes: 1, isHeld: false };
    const start = `${new Date(Date.parse(`${series.localStart}Z`) + 48 * HOUR_MS).toISOString().slice(0, 19)}`;
    const path = `/meetings/${id}/occurrences/${start}/split`;
    const later = `later ${index}`;
    const second = await this.#idOnce(`split-${index}`, path, { title: later });
    this.#meetings.push(first, { id: second, title: later, changes: 0, isHeld: false });
  }

  /**
   * Changes the title by If-Match. If the answer is lost, the title shows whether the change happened, so it is not
   * sent again.
   */
  async #change(meeting: Booked, index: number): Promise<void> {
    const title = `${meeting.title.split(' by ')[0]} by ${index}`;
    const path = `/meetings/${meeting.id}`;
    meeting.isHeld = true;
    const changed = await this.#untilAnswered(`change ${path}`, async () => {
      const now = await this.#request('GET', path);
      if (now.status !== 200) return undefined;
      if (now.body['title'] === title) return now;
      const answer = await this.#request('PATCH', path, { title }, { 'if-match': now.headers.get('etag') ?? '' });
      return answer.status === 200 ? answer : undefined;
    });
    if (changed.body['title'] !== title) throw new Error(`${path} was acknowledged as ${changed.body['title']}`);
    meeting.changes += 1;
    meeting.title = title;
    meeting.isHeld = false;
  }

  async #link(index: number): Promise<void> {
    this.#links.push(await this.#idOnce(`link-${index}`, '/join-links', { room: 'lobby', title: `link ${index}` }));
  }

  async #room(index: number): Promise<void> {
    const name = `room-${index}`;
    await this.#idOnce(`room-${index}`, '/rooms', { name, metadata: name });
    this.#rooms.push(name);
  }

  async #idOnce(key: string, path: string, body: object): Promise<string> {
    const { body: made } = await this.#untilAnswered(`POST ${path}`, async () => {
      const answer = await this.#request('POST', path, body, { 'idempotency-key': key });
      if (answer.status === 200 || answer.status === 201) return answer;
      if (isLater(answer.status)) return undefined;
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    });
    const id = String(made['id'] ?? made['name']);
    this.#done.push({ key, path, body, id });
    return id;
  }

  async #meetingFaults(): Promise<string[]> {
    const found = new Map<string, { title: string; version: string }>();
    const listed = new Map<string, Set<string>>();
    const window = `from=${inHours(-24)}&to=${inHours(24 * 30)}`;
    for (const row of await this.#allPages(`/meetings?${window}`)) {
      const title = String(row['title']);
      const id = String(row['meetingId']);
      listed.set(title, (listed.get(title) ?? new Set()).add(id));
    }
    for (const { id } of this.#meetings) {
      const { body, headers } = await this.#get(`/meetings/${id}`);
      found.set(id, { title: String(body['title']), version: headers.get('etag') ?? '' });
    }
    const knownTitles = new Set(this.#meetings.map(({ title }) => title));
    return [
      ...this.#meetings.flatMap(({ id, title, changes }) => {
        const { title: now, version } = found.get(id) ?? {};
        if (now !== title) return [`meeting ${id} is called ${now}, acknowledged was ${title}`];
        const expected = `"${1 + changes}"`;
        if (version !== expected) return [`meeting ${id} has the version ${version}, not ${expected}`];
        const ids = [...(listed.get(title) ?? [])];
        return ids.length === 1 && ids[0] === id ? [] : [`${title} is listed as ${ids.join(', ')}, not ${id}`];
      }),
      ...[...listed.keys()]
        .filter((title) => !knownTitles.has(title))
        .map((title) => `${title} was never acknowledged`),
    ];
  }

  async #otherFaults(): Promise<string[]> {
    const links = (await this.#allPages('/join-links')).map(({ id }) => String(id));
    const rooms = (await this.#allPages('/rooms'))
      .map(({ name }) => String(name))
      .filter((name) => name.startsWith('room-'));
    return [...differences('link', this.#links, links), ...differences('room', this.#rooms, rooms)];
  }

  async #replayFaults(): Promise<string[]> {
    const faults: string[] = [];
    for (const { key, path, body, id } of this.#done.filter(() => this.#o.rng.int(10) === 0)) {
      const answer = await this.#untilAnswered(`POST ${path}`, async () => {
        const again = await this.#request('POST', path, body, { 'idempotency-key': key });
        return isLater(again.status) ? undefined : again;
      });
      const answerId = String(answer.body['id'] ?? answer.body['name']);
      if (answerId !== id || answer.headers.get('idempotency-replayed') !== 'true')
        faults.push(`POST ${path} under ${key} was answered ${answer.status} ${answerId}, at first ${id}`);
    }
    return faults;
  }

  async #allPages(path: string): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    let cursor = '';
    do {
      const mark = path.includes('?') ? '&' : '?';
      const { body } = await this.#get(`${path}${mark}limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      rows.push(...(body['data'] as Record<string, unknown>[]));
      cursor = encodeURIComponent(String(body['nextCursor'] ?? ''));
    } while (cursor !== '');
    return rows;
  }

  #get(path: string): Promise<Answer> {
    return this.#untilAnswered(`GET ${path}`, async () => {
      const answer = await this.#request('GET', path);
      return answer.status === 200 || answer.status === 404 ? answer : undefined;
    });
  }

  async #untilAnswered(operationName: string, ask: () => Promise<Answer | undefined>): Promise<Answer> {
    const untilMs = performance.now() + ACKNOWLEDGED_MS_MAX;
    let last: unknown;
    while (performance.now() < untilMs) {
      try {
        const answer = await ask();
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!isCutOff(error)) throw error;
        last = error;
      }
      await delay(PAUSE_MS);
    }
    throw new Error(`${operationName} was not acknowledged`, { cause: last });
  }

  async #request(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    this.#sent += 1;
    const answer = await fetch(`${this.#o.url()}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.#o.token()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) };
  }
}

const tomorrow = () => ({ localStart: new Date(Date.now() + 24 * HOUR_MS).toISOString().slice(0, 19) });
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();
const isLater = (status: number): boolean => status === 409 || status === 429 || status >= 500;
const isCutOff = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'TypeError' || error.name === 'TimeoutError' || error.name === 'SyntaxError');

function differences(what: string, acknowledged: readonly string[], found: readonly string[]): string[] {
  const [a, b] = [new Set(acknowledged), new Set(found)];
  return [
    ...acknowledged.filter((one) => !b.has(one)).map((one) => `${what} ${one} was acknowledged and is not there`),
    ...found.filter((one) => !a.has(one)).map((one) => `${what} ${one} is there and was never acknowledged`),
  ];
}
