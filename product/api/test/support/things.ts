// Makes one of every thing that a path of the api can name, for a tenant: no other tenant may reach them.
import type { Operation } from '../../src/http/operation.ts';
import { transact } from '../../src/store/transaction.ts';
import { entry, journal } from '../unit/events/journals.ts';
import { makeItem } from './items.ts';
import { type TestApi, tenants } from './test-api.ts';

type Tenant = (typeof tenants)[number];
type User = Awaited<ReturnType<TestApi['user']>>;
/** Ids by the names in a path, in their order there. */
export type IdsByName = Readonly<Record<string, string>>;

const MINUTE_MS = 60_000;

export class Things {
  readonly tenant: Tenant;
  readonly user: User;
  readonly #api: TestApi;
  #made = 0;

  static async of(api: TestApi, tenant: Tenant): Promise<Things> {
    return new Things(api, tenant, await api.user({ tenant: tenant.id, role: 'admin', email: `me@${tenant.id}.com` }));
  }

  private constructor(api: TestApi, tenant: Tenant, user: User) {
    this.#api = api;
    this.tenant = tenant;
    this.user = user;
  }

  /** Makes the things that the operation's path names. Throws for an unknown name: add its maker below. */
  async idsFor({ path }: Operation): Promise<IdsByName> {
    const named: Record<string, string> = {};
    for (const [name] of path.matchAll(/(?<=\{)\w+/g)) {
      const make = this.#makers[name];
      if (make === undefined) throw new Error(`nothing makes {${name}} of ${path}`);
      named[name] = await make(named, path.startsWith('/me/') ? '/me' : '');
    }
    return named;
  }

  readonly #makers: Readonly<Record<string, (idsBefore: IdsByName, me: '/me' | '') => Promise<string>>> = {
    tenant: async () => this.tenant.id,
    user: () => this.#post('/users', { email: `${this.#newName()}@example.com`, name: 'User' }),
    session: (before) => this.#anySession(before),
    group: () => this.#post('/groups', { name: this.#newName() }),
    key: () => this.#post('/keys', { name: this.#newName(), scopes: [] }),
    link: () => this.#post('/join-links', { room: 'demo' }),
    feed: (_, me) => this.#post(`${me}/calendar-feeds`, me === '' ? { room: 'demo' } : {}, me !== ''),
    erasure: () => this.#post('/tenant/erasures', { identity: 'left' }),
    meeting: () => this.#meeting(),
    item: async () => (await makeItem(this.#api, { tenant: this.tenant.id })).id,
    fileLink: async () =>
      this.#post(`/library/items/${(await makeItem(this.#api, { tenant: this.tenant.id })).id}/links`, {}),
    kind: async () => 'group',
    reader: ({ item }) => this.#reader(item),
    language: async ({ item }) => (item === undefined ? 'en' : this.#transcript(item)),
    upload: () => this.#post('/library/uploads', { name: 'a', bytes: 1 }),
    invitee: async ({ meeting }) => (await this.#request('GET', `/meetings/${meeting}`)).invitees[0].id,
    originalStart: async ({ meeting }) =>
      (await this.#request('GET', `/meetings/${meeting}/occurrences`)).data[1].originalStart,
    room: ({ tenant }) => (tenant === undefined ? this.#room() : this.#liveRoom()),
    identity: async ({ room }) => `ann of ${room}`,
    pull: ({ room }) => this.#stream(room, 'pulls', { identity: 'stage' }),
    push: ({ room }) => this.#stream(room, 'pushes'),
    streamKey: ({ room }) => this.#post(`/rooms/${room}/stream-keys`, {}),
    recording: ({ room }) =>
      room === undefined ? this.#recording() : this.#post(`/rooms/${room}/recordings`, { mode: 'composed' }),
    post: ({ room }) => this.#post(`/rooms/${room}/posts`, { kind: 'announcement', text: 'Welcome' }),
    poll: ({ room }) => this.#post(`/rooms/${room}/polls`, { text: 'Tea?', options: ['yes', 'no'] }),
    sid: () => this.#life(),
    webhook: () => this.#post('/webhooks', { url: 'https://example.org/hook' }),
    receiver: () => this.#receiver(),
    order: () => this.#order(),
    task: () => this.#task(),
    delivery: async ({ webhook }) => {
      if (webhook === undefined) return this.#failedDelivery();
      await this.#life();
      return (await this.#request('GET', `/webhooks/${webhook}/deliveries`)).data[0].id;
    },
  };

  async #receiver(): Promise<string> {
    const body = { name: this.#newName(), kind: 'agent', region: 'frankfurt' };
    return (await this.#request('POST', '/distribution/receivers', body)).receiver.id;
  }

  async #order(): Promise<string> {
    const tenant = this.tenant.id;
    const item = await makeItem(this.#api, { tenant });
    return this.#post('/distribution/orders', { item: item.id, to: { receivers: [await this.#receiver()] } });
  }

  async #task(): Promise<string> {
    const { telling, store } = this.#api;
    const [kind] = telling.jobs.tasks.kinds.values();
    if (kind === undefined) throw new Error('there is no kind of tasks');
    const key = this.#newName();
    await transact(store.db, (trx) => telling.jobs.add(trx, kind, { payload: {}, key, tenant: this.tenant.id }));
    return (await store.db.selectFrom('jobs').select('id').where('key', '=', key).executeTakeFirstOrThrow()).id;
  }

  async #failedDelivery(): Promise<string> {
    const order = await this.#order();
    const { id } = (await this.#request('GET', `/distribution/deliveries?order=${order}`)).data[0];
    const { db } = this.#api.store;
    await db.updateTable('distribution_deliveries').set({ state: 'failed' }).where('id', '=', id).execute();
    return id;
  }

  /** Makes a person's session in a room if the path names a life or a meeting, else a sign-in of the user. */
  async #anySession({ sid, meeting }: IdsByName): Promise<string> {
    if (sid === undefined && meeting === undefined) return this.#session();
    return this.#inRoom({ roomKey: `${this.tenant.id}/${meeting ?? 'lobby'}`, sid: sid ?? 'RM_1' });
  }

  async #liveRoom(): Promise<string> {
    const name = await this.#room();
    await this.#inRoom({ roomKey: `${this.tenant.id}/${name}`, sid: 'RM_1' });
    return name;
  }

  async #inRoom(of: { readonly roomKey: string; readonly sid: string }): Promise<string> {
    const sessionId = `PA_${this.#newName().replace('-', '').padEnd(20, 'x')}`;
    const wallMs = this.#api.clock.wallMs();
    const facts = [{ ...of, sessionId, identity: 'ann', joinedWallMs: wallMs }];
    const records = [{ sessionId, wallMs, periodMs: 10_000, nodeId: 'sfu-1' }];
    await this.#api.quality.batches.take({ facts, records }, { id: 'sig-fra', region: 'fra' });
    return sessionId;
  }

  async #session(): Promise<string> {
    const { store, users } = this.#api;
    return (await users.sessions.create(store.db, this.user.user, { browser: 'other', address: '192.0.2.2' })).session
      .id;
  }

  /** Makes a series whose times differ by tenant, so that an id of an occurrence is the tenant's alone too. */
  #meeting(): Promise<string> {
    const inMs = MINUTE_MS * (1 + tenants.indexOf(this.tenant));
    const localStart = new Date(this.#api.clock.wallMs() + inMs).toISOString().slice(0, 19);
    const series = { localStart, timeZone: 'UTC', durationMinutes: 30, recurrence: 'FREQ=DAILY;COUNT=5' };
    return this.#post('/meetings', { title: 'Stand-up', ...series, invitees: [{ email: this.user.user.email }] });
  }

  async #room(): Promise<string> {
    const name = this.#newName();
    await this.#request('POST', '/rooms', { name });
    this.#api.owners.open(`${this.tenant.id}/${name}`, { participants: [{ identity: `ann of ${name}` }] });
    return name;
  }

  #stream(room: string | undefined, kind: 'pulls' | 'pushes', more: object = {}): Promise<string> {
    return this.#post(`/rooms/${room}/${kind}`, { url: `rtmp://example.org/app/${this.#newName()}`, ...more });
  }

  async #life(): Promise<string> {
    const sid = `RM_${this.#newName().replace('-', '')}`;
    const bodies = [entry.opened(), entry.joined('ann'), entry.left('ann'), entry.over()];
    await this.#api.telling.intake.take(journal(1, 1, bodies, { roomKey: `${this.tenant.id}/lobby`, sid }));
    return sid;
  }

  async #recording(): Promise<string> {
    const { telling: eventServices, store, clock } = this.#api;
    const { id: tenant } = this.tenant;
    const localStart = new Date(clock.wallMs() + MINUTE_MS).toISOString().slice(0, 19);
    const times = { localStart, timeZone: 'UTC', durationMinutes: 30, hosts: [this.user.user.id] };
    const meeting = await this.#post('/meetings', { title: 'Recorded', ...times });
    const sid = `RM_${this.#newName().replace('-', '')}`;
    const id = sid.toLowerCase();
    const bodies = [entry.opened(), entry.recording(id, 'rec-fra'), entry.recording(id, 'rec-fra', { isOver: true })];
    await eventServices.intake.take(journal(1, 1, bodies, { roomKey: `${tenant}/${meeting}`, sid }));
    await store.db
      .updateTable('recordings')
      .set({ state: 'finished' })
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    return id;
  }

  async #reader(item: string | undefined): Promise<string> {
    const group = await this.#post('/groups', { name: this.#newName() });
    await this.#request('PUT', `/library/items/${item}/readers/group/${group}`, { may: 'play' });
    return group;
  }

  async #transcript(item: string | undefined): Promise<string> {
    const vtt = 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello';
    await this.#request('PUT', `/library/items/${item}/transcripts/en`, { vtt });
    return 'en';
  }

  async #post(path: string, body: object, isMine = false): Promise<string> {
    return (await this.#request('POST', path, body, isMine)).id;
  }

  async #request(method: 'GET' | 'POST' | 'PUT', path: string, body?: object, isMine = false) {
    const as = isMine ? { as: this.user } : { signer: this.tenant };
    const answer = await this.#api.ask(method, path, { ...as, ...(body && { body }) });
    if (answer.statusCode >= 300) throw new Error(`${method} ${path} is answered ${answer.statusCode} ${answer.body}`);
    return answer.statusCode === 204 ? {} : answer.json();
  }

  #newName(): string {
    this.#made += 1;
    return `${this.tenant.id}-${this.#made}`;
  }
}
