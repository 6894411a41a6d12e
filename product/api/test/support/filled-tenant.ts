// Fills a tenant with a row in every table, mostly through the API.
import { wire } from '@meridian/protocol';
import { entry, journal } from '../unit/events/journals.ts';
import { makeItem } from './items.ts';
import { operatorKey, type TestApi } from './test-api.ts';

export const meeting = {
  title: 'Stand-up',
  localStart: '2026-03-02T09:00',
  timeZone: 'Europe/Berlin',
  durationMinutes: 30,
  recurrence: 'FREQ=WEEKLY;BYDAY=MO,WE',
  hosts: ['ann'],
  invitees: [{ email: 'Bob@Example.org', name: 'Bob\u2028Brown', userId: 'bob' }],
  password: 'geheim',
} as const;

export const noQuality = {
  tenant: 'acme',
  session_id: 'PA_1',
  sid: 'RM_1',
  told_ms: 0,
  heard_ms: 0,
  signaling_id: '',
  route: '[]',
  location: '',
  sdk: '',
  device: 'Firefox',
  transport: '',
  measured_s: 0,
  resumes: 0,
  rtt_p50_ms: 0,
  rtt_p95_ms: 0,
  packets_sent: 0,
  packets_sent_lost: 0,
  packets_received: 0,
  packets_received_lost: 0,
  bytes_sent: 0,
  bytes_received: 0,
  freeze_count: 0,
  freeze_ms: 0,
  sent_width: 0,
  sent_height: 0,
  received_width: 0,
  received_height: 0,
};

export async function fill(api: TestApi): Promise<{ meeting: string; link: string; webhook: string }> {
  const ask = async (path: string, body: object, headers = {}) => {
    const answer = await api.ask('POST', path, { body, headers });
    if (answer.statusCode >= 300) throw new Error(answer.body);
    return answer.json();
  };
  const webhook = await ask('/webhooks', { url: 'https://oa.example/hook' });
  await ask('/rooms', { name: 'lobby', metadata: 'm' }, { 'idempotency-key': 'k1' });
  await ask('/rooms/lobby/stream-keys', {});
  const made = await ask('/meetings', { ...meeting, invitees: [{ ...meeting.invitees[0], name: 'Bob Brown' }] });
  const link = await ask('/join-links', { room: 'lobby', identity: 'bob', name: 'Bob Brown', password: 'geheim' });
  const code = link.url.slice(link.url.lastIndexOf('/') + 1);
  const browser = { code, browserId: 'b'.repeat(22), password: 'geheim' };
  const exchanged = await api.app.inject({ method: 'POST', url: '/api/v1/join-links/exchange', payload: browser });
  if (exchanged.statusCode !== 200) throw new Error(exchanged.body);
  await ask('/calendar-feeds', { userId: 'bob' });
  await ask('/revocations', { tokenId: 't1' });
  await ask('/tenant/erasures', { email: 'gone@example.org' });
  await api.ask('PATCH', '/tenant/retention', { body: { eventsDays: 7 } });
  await api.telling.intake.take(journal(1, 1, [entry.opened('ann', 'bob'), entry.left('ann')], { lost: 2 }));
  const recorded = [entry.recording('re_1', 'rec-fra'), entry.recording('re_1', 'rec-fra', { isOver: true })];
  await api.telling.intake.take(journal(1, 3, recorded));
  await api.user({ id: 'bob', email: 'bob@example.org', name: 'Bob Brown', password: 'geheim geheim', role: 'host' });
  const { db } = api.store;
  const identity = { tenant: 'acme', issuer: 'https://id.example', subject: 's1', user_id: 'bob' };
  await db.insertInto('user_identities').values(identity).execute();
  const { id: group } = await ask('/groups', { name: 'Board' });
  await db.insertInto('group_members').values({ tenant: 'acme', group_id: group, user_id: 'bob' }).execute();
  const booked = { tenant: 'acme', what: 'meetings', who: 'bob', day: 0, used: 1 } as const;
  await db.insertInto('quotas').values(booked).execute();
  const setup = { tenant: 'acme', user_id: 'bob', code_hash: 'h', created_ms: 1, expires_ms: 2 };
  await db.insertInto('setup_codes').values(setup).execute();
  const brandingRow = { display_name: 'Acme', accent_color: '#0b7264', logo: null, support_url: null };
  await db
    .insertInto('tenant_branding')
    .values({ tenant: 'acme', ...brandingRow })
    .execute();
  await db.insertInto('tenant_wall').values({ tenant: 'acme', is_refused: 1 }).execute();
  const keptRoomRow = { tenant: 'acme', room: 'lobby', added_by: 'op', added_ms: 1 };
  await db.insertInto('wall_rooms').values(keptRoomRow).execute();
  const egress = { id: 're_1', tenant: 'acme', room: 'lobby', source: 'participant', outputs: 'file' } as const;
  await db
    .insertInto('egresses')
    .values({ ...egress, label: 'a.mp4', made_ms: 1, stopped_ms: null })
    .execute();
  await db.insertInto('tenant_recording').values({ tenant: 'acme', renditions: '720p' }).execute();
  const stream = { id: 'RS_1', tenant: 'acme', room: 'lobby', kind: 'push', api_key: 'acmekey', fence: '' };
  const target = { sealed_url: 's', shown_url: 'rtmp://live.example/app/***', picture: '', identity: '', name: '' };
  const times = { gateway: 'gw-fra', created_by: 'key:acmekey', created_ms: 1, ends_ms: 2 };
  await db
    .insertInto('room_streams')
    .values({ ...stream, ...target, ...times })
    .execute();
  const stay = {
    sid: 'RM_1',
    sessionId: 'PA_xxxxxxxxxxxxxxxxx',
    roomKey: 'acme/lobby',
    signalingId: 's',
    route: ['n1'],
    quality: { measuredS: 60 },
  };
  await api.telling.qualities.take(wire.StayQualities.decode(wire.StayQualities.encode({ stays: [stay] }).finish()));
  const session = { sessionId: 'PA_xxxxxxxxxxxxxxxxx', decisionId: 'DE_1', wallMs: api.clock.wallMs() - 4_000_000 };
  const facts = [{ ...session, roomKey: 'acme/lobby', sid: 'RM_1', identity: 'ann' }];
  const [at, event] = [api.clock.wallMs() - 200_000, { ...session, kind: 'joined' }];
  api.centre.explained.set('DE_1', { decisionId: 'DE_1', madeWallMs: at });
  const records = [{ sessionId: session.sessionId, wallMs: at, periodMs: 10_000 }];
  const joins = { joins: [{ tenant: 'acme', code: '', count: 1 }], joinsOf: 'p1', joinsNumber: 1 };
  const node = { id: 'sig-fra', region: 'fra' };
  await api.quality.batches.take({ facts, records, events: [{ ...event, wallMs: at }], ...joins }, node);
  await api.quality.stories.settled();
  await api.quality.rollingUp.run();
  const minutes = await db.selectFrom('quality_1m').selectAll().execute();
  await db.insertInto('quality_1h').values(minutes).execute();
  await addLibrary(api);
  await addAlarm(db, at);
  await addInspection(db, at);
  await addDial(db, at);
  await addHistory(db, at);
  await addCost(db, at);
  await addSla(db, at);
  await api.ask('POST', '/tenants', { signer: operatorKey, body: { id: 'hooli', name: '名字\u2028"\\' } });
  return { meeting: made.id, link: link.id, webhook: webhook.id };
}

const renditionPlan = { ladder: [{ name: '360p' }], chunks: [], hasSound: true };

async function addLibrary(api: TestApi): Promise<void> {
  const { id, name } = await makeItem(api, { title: '名字 "late"', owner: 'bob', visibility: 'tenant', tags: ['a"b'] });
  const vtt = 'WEBVTT\n\n00:00.000 --> 00:01.000\nNever heard before';
  const answer = await api.ask('PUT', `/library/items/${id}/transcripts/en`, { body: { vtt } });
  if (answer.statusCode !== 204) throw new Error(answer.body);
  const made = await api.ask('POST', `/library/items/${id}/links`, { body: {} });
  if (made.statusCode !== 201) throw new Error(made.body);
  const { db } = api.store;
  const { id: content } = await db.selectFrom('library_contents').select('id').executeTakeFirstOrThrow();
  const block = { tenant: 'acme', content, number: 0, sha256: '0'.repeat(64) };
  await db.insertInto('library_blocks').values(block).execute();
  const renditions = {
    state: 'working',
    plan: JSON.stringify(renditionPlan),
    chunks: 2,
    done: 1,
    failure: '',
    files: '{}',
  } as const;
  const rendered = { tenant: 'acme', content, ordered: 'api', sound: '{"lease":"l"}' } as const;
  await db
    .insertInto('library_renditions')
    .values({ ...rendered, ...renditions, created_ms: api.clock.wallMs() })
    .execute();
  const chunk = { tenant: 'acme', content, chunk: 0, made: '{"lease":"名字"}' };
  await db.insertInto('library_rendition_chunks').values(chunk).execute();
  await addRecorded(api, id);
  await addWatches(api, { item: id, content });
  await addDistribution(api, id);
  const brought = { tenant: 'acme', id: content, item: id, owner: 'bob', name, bytes: 1000, state: 'done' } as const;
  const plan = { parts: '[{"from":0,"bytes":1000}]', copies: '[]', blocks: '', proof: '', sha256: '' };
  const at = { node: 'lib-fra', store: 'store-1', created_ms: api.clock.wallMs(), expires_ms: api.clock.wallMs() };
  await db
    .insertInto('library_uploads')
    .values({ ...brought, ...plan, ...at, fingerprint: '名字\u2028"' })
    .execute();
}

async function addRecorded({ store: { db } }: TestApi, item: string): Promise<void> {
  const reader = { tenant: 'acme', item, kind: 'user', reader: 'bob', may: 'play' } as const;
  await db.insertInto('library_item_readers').values(reader).execute();
  const ofRecording = { tenant: 'acme', recording: 're_filled' };
  const size = { offset_ms: 0, duration_ms: 1, width: 1, height: 1, bytes: 1 };
  const texts = { name: 'p001-camera', identity: 'ann', participant: '名字 "late"', chapters: '[]' };
  const output = Object.assign({ item, source: 'camera' as const }, ofRecording, size, texts);
  await db.insertInto('recording_outputs').values(output).execute();
  const posts = JSON.stringify([{ ms: 1, kind: 'chat', name: '名字', text: 'a\u2028"', style: '' }]);
  await db
    .insertInto('recording_posts')
    .values(Object.assign({ page: 0, posts }, ofRecording))
    .execute();
  const transcript = { language: 'zh', vtt: 'WEBVTT\n\n00:00.000 --> 00:01.000\n名字', changed_ms: 1 };
  await db.insertInto('recording_transcripts').values(Object.assign(transcript, ofRecording)).execute();
}

async function addDistribution(api: TestApi, item: string): Promise<void> {
  const body = { name: '名字 "late"', kind: 'agent', region: 'frankfurt', groups: ['名字'] };
  await api.ask('POST', '/distribution/receivers', { body });
  const answer = await api.ask('POST', '/distribution/orders', { body: { item, to: { all: true } } });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const day = { tenant: 'acme', day: '2026-01-01', region: 'frankfurt', receiver: 'RC_gone', priority: 1 };
  const sums = { done: 1, failed: 0, cancelled: 0, late: 0, bytes: 1, neighbour_bytes: 0, took_ms: 1 };
  await api.store.db.insertInto('distribution_days').values(Object.assign(day, sums)).execute();
  const heat = { tenant: 'acme', content: 'up_gone', views: 1.5, at_ms: api.clock.wallMs() };
  await api.store.db.insertInto('library_heats').values(heat).execute();
}

async function addWatches(
  api: TestApi,
  itemAndContent: { readonly item: string; readonly content: string },
): Promise<void> {
  const { db } = api.store;
  const nowMs = api.clock.wallMs();
  const playback = {
    id: 'w'.repeat(22),
    seq: 2,
    tenant: 'acme',
    itemId: itemAndContent.item,
    contentId: itemAndContent.content,
    viewer: 'bob',
  };
  const times = { startedWallMs: nowMs - 60_000, lastWallMs: nowMs, watchedMs: 50_000, positionMs: 50_000 };
  const watch = Object.assign({ qualities: [{ name: '720p', watchedMs: 50_000 }] }, playback, times);
  const from = { id: 'lib-fra', kind: 'library', region: 'frankfurt' };
  await api.telling.library.watches.take({ watches: [watch] }, from);
  await db.insertInto('tenant_library').values({ tenant: 'acme', watching: 'viewers' }).execute();
}

async function addAlarm(db: TestApi['store']['db'], at: number): Promise<void> {
  const textFields = {
    labels: '{"host":"h\u2028"}',
    text: 'late "名字"',
    inhibited_by: '',
    ack_by: 'op',
    ack_note: '',
  };
  const alarmRow = {
    rule: 'node-lost',
    subject: 'n1',
    severity: 'critical',
    state: 'firing',
    value: '1',
    limit_value: '3',
  };
  await db
    .insertInto('alarms')
    .values({ id: 'al_1', ...alarmRow, ...textFields, started_ms: at, ended_ms: null, ack_ms: at })
    .execute();
  const change = { id: 'ac_1', alarm: 'al_1', at_ms: at, kind: 'fired', by_id: '', note: '' };
  await db.insertInto('alarm_changes').values(change).execute();
  await db.insertInto('alarm_judge').values({ id: 'judge', turn: 7, state: '{}' }).execute();
  const silence = { id: 'as_1', matchers: '[]', starts_ms: at, ends_ms: at, reason: 'r', by_id: 'op', created_ms: at };
  await db.insertInto('alarm_silences').values(silence).execute();
  const sending = { kind: 'webhook', severity: 'info', matchers: '[]', after_ms: 0, repeat_ms: 0, is_enabled: 1 };
  const times = { created_ms: at, updated_ms: at };
  await db
    .insertInto('alarm_receivers')
    .values({ id: 'ar_1', name: 'ops', ...sending, sealed_target: 'sealed', ...times })
    .execute();
  const rule = { rule: 'node-lost', severity: '', limit_value: '', for_ms: null, is_off: 1, updated_ms: at };
  await db.insertInto('alarm_rules').values(rule).execute();
  const receiver = { receiver: 'ar_1', receiver_name: 'ops', state: 'sent', content: '{}', attempts: 1 };
  await db
    .insertInto('alarm_notifications')
    .values({ id: 'an_1', ...receiver, created_ms: at, done_ms: at, last_status: 200, last_error: '' })
    .execute();
  await db.insertInto('alarm_notified').values({ alarm: 'al_1', notification: 'an_1' }).execute();
}

async function addInspection(db: TestApi['store']['db'], at: number): Promise<void> {
  const report = JSON.stringify({ madeMs: at, findings: [] });
  await db
    .insertInto('inspections')
    .values({ day: '2026-11-23', made_ms: at, problems: 1, attentions: 2, report })
    .execute();
  const settings = { hour: 7, time_zone: 'Europe/Berlin', language: 'zh', recipients: '["ops@example.org"]' };
  await db
    .insertInto('inspection_settings')
    .values({ id: 'settings', ...settings, updated_ms: at })
    .execute();
  await db.insertInto('inspection_closed').values({ node: 'n1', since_ms: at }).execute();
  await db.insertInto('inspection_backup').values({ id: 'last', at_ms: at }).execute();
}

async function addDial(db: TestApi['store']['db'], at: number): Promise<void> {
  const [of, times] = [
    { region: 'eu', kind: 'pair', to_region: 'ap' },
    { join_ms: 300, first_frame_ms: 500, gap_ms: 0 },
  ];
  const tester = { region: 'eu', probe: 'edge-1', host: 'host-1', every_s: 20, last_ms: at, digest: 'd\u2028' };
  await db.insertInto('dial_testers').values(tester).execute();
  const failure = { is_ok: 0, stage: 'relay', code: 'TIMED_OUT', text: 'late "名字"' };
  const served = { served_by: 'sfu-1', served_region: 'eu' };
  await db
    .insertInto('dial_results')
    .values({ ...of, ...times, ...failure, ...served, received_ms: at, probe: 'edge-1' })
    .execute();
  const counts = { tried: 1, failed: 1, joins: 1, first_frames: 1, gaps: 1 };
  await db
    .insertInto('dial_hours')
    .values({ ...of, ...times, ...counts, hour_ms: at })
    .execute();
}

async function addHistory(db: TestApi['store']['db'], at: number): Promise<void> {
  const nodeFields = { at_ms: at, node: 'n1', host: 'h1', kind: 'sfu', region: 'eu' };
  const disk = { disk_used_bytes: 1, disk_bytes: null };
  const sample = { incarnation: '', cpu_ppm: 1, tx_bps: 2, rx_bps: 3, sessions: 4, sessions_max: 5, rss_bytes: 6 };
  await db
    .insertInto('node_samples')
    .values({ ...nodeFields, ...sample, ...disk })
    .execute();
  const traffic = { tx_bytes: 1, rx_bytes: 2, tx_peak_bps: 3, rx_peak_bps: 4 };
  const load = { minutes: 5, cpu_ppm: 1, cpu_peak_ppm: 2, session_minutes: 3, sessions_peak: 4, sessions_max: 5 };
  await db
    .insertInto('node_hours')
    .values({ ...nodeFields, ...traffic, ...load, rss_peak_bytes: 6, ...disk })
    .execute();
  const open = { sessions: 4, open_sessions: 5, open_max: 6 };
  await db
    .insertInto('region_samples')
    .values({ at_ms: at, region: 'eu', nodes: 1, tx_bps: 2, rx_bps: 3, ...open })
    .execute();
}

async function addCost(db: TestApi['store']['db'], at: number): Promise<void> {
  await db
    .insertInto('link_hours')
    .values({ at_ms: at, from_region: 'eu', to_region: 'ap', sent_bytes: 2, peak_bps: 1 })
    .execute();
  await db
    .insertInto('link_days')
    .values({ at_ms: at, from_region: 'eu', to_region: 'ap', sent_bytes: 2, peaks_bps: '1' })
    .execute();
  const prices = '{"currency":"USD","nodeHours":[],"traffic":[]}';
  await db.insertInto('cost_prices').values({ id: 'prices', prices, updated_ms: at }).execute();
}

async function addSla(db: TestApi['store']['db'], at: number): Promise<void> {
  const whose = { from_ms: at, region: 'eu', tenant: 'acme' };
  await db
    .insertInto('sla_media_hours')
    .values({ ...whose, session_ms: 2, freeze_ms: 1, sent_bytes: 4, received_bytes: 3 })
    .execute();
  await db
    .insertInto('sla_media_days')
    .values({ ...whose, session_ms: 2, freeze_ms: 1, sent_bytes: 4, received_bytes: 3 })
    .execute();
  await db
    .insertInto('sla_api_days')
    .values({ ...whose, succeeded: 3, refused: 2, failed: 1 })
    .execute();
  const joins = { joins: 5, counted: 4, failed: 3, counted_ms: 2, bad_us: 1 };
  await db
    .insertInto('sla_join_days')
    .values({ from_ms: at, tenant: 'acme', ...joins })
    .execute();
  await db
    .insertInto('sla_region_hours')
    .values({ from_ms: at, region: 'eu', succeeded: 3, later: 2, failed: 1 })
    .execute();
  await db
    .insertInto('sla_api_hours')
    .values({ ...whose, succeeded: 3, refused: 2, failed: 1 })
    .execute();
  const window = { id: 'SX_1', region: '', from_ms: at, to_ms: at + 1, reason: 'r', by_id: 'op', created_ms: at };
  await db.insertInto('sla_exclusions').values(window).execute();
}
