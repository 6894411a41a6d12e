// Facts about every table, for export, erasure, backup and restore. A test requires an entry for every new table.

export interface TableFacts {
  readonly key: readonly string[];
  /**
   * `column`: the tenant, or a key of `parent`. `order`: columns that are unique among the owner's rows and have an
   * index.
   */
  readonly owner?: { readonly column: string; readonly parent?: string; readonly order: readonly string[] };
  /** True if a tenant's export includes the table; absent for internal tables. */
  readonly exported?: boolean;
  /** Columns that exports omit; `column.member` names a member of a JSON column. */
  readonly secrets?: readonly string[];
  readonly json?: readonly string[];
  /** True if a new database already has rows in the table. */
  readonly seeded?: boolean;
  /** True if rows stay when their tenant is erased. */
  readonly outlivesTenant?: boolean;
}

const ofTenant = (...order: string[]) => ({ column: 'tenant', order });
const ofSession = (...order: string[]) => ({ column: 'session', parent: 'quality_sessions', order });

/** Tables in the order of insertion: a table comes after those to which it refers. */
export const tableFacts: Readonly<Record<string, TableFacts>> = {
  tenants: { key: ['id'], owner: { column: 'id', order: ['id'] }, exported: true, json: ['limits'] },
  api_keys: { key: ['id'], owner: ofTenant('created_ms', 'id'), exported: true, secrets: ['sealed_secret'] },
  idempotency: {
    key: ['tenant', 'caller', 'operation', 'key'],
    owner: ofTenant('caller', 'operation', 'key'),
  },
  // Nodes must still learn of an erased tenant's revoked keys; the entries expire.
  revocations: { key: ['version'], owner: ofTenant('id', 'version'), exported: true, outlivesTenant: true },
  revocation_version: { key: ['one'], seeded: true },
  rooms: { key: ['tenant', 'name'], owner: ofTenant('name'), exported: true, json: ['policy'] },
  reserved_room_sids: { key: ['tenant', 'room'], owner: ofTenant('room') },
  room_lives: { key: ['sid'], owner: ofTenant('started_ms', 'sid'), exported: true, json: ['info'] },
  room_stays: {
    key: ['id'],
    owner: { column: 'sid', parent: 'room_lives', order: ['joined_ms', 'id'] },
    exported: true,
    json: ['participant'],
  },
  journal_entries: {
    key: ['sid', 'epoch', 'seq'],
    owner: { column: 'sid', parent: 'room_lives', order: ['epoch', 'seq'] },
  },
  journal_losses: { key: ['sid', 'epoch'], owner: { column: 'sid', parent: 'room_lives', order: ['epoch'] } },
  events: { key: ['id'], owner: ofTenant('created_ms', 'id'), exported: true, json: ['body'] },
  jobs: { key: ['id'], owner: ofTenant('id'), json: ['cause', 'result'] },
  webhooks: {
    key: ['id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    secrets: ['sealed_secret', 'sealed_previous'],
  },
  webhook_deliveries: {
    key: ['id'],
    owner: { column: 'webhook', parent: 'webhooks', order: ['created_ms', 'id'] },
    exported: true,
  },
  join_links: {
    key: ['id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    secrets: ['code_hash', 'password'],
    json: ['grants'],
  },
  join_link_makers: {
    key: ['link'],
    owner: { column: 'link', parent: 'join_links', order: ['link'] },
    exported: true,
  },
  join_link_browsers: {
    key: ['link', 'browser_hash'],
    owner: { column: 'link', parent: 'join_links', order: ['browser_hash'] },
    exported: true,
    secrets: ['browser_hash'],
  },
  meetings: {
    key: ['id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    secrets: ['body.passwordHash'],
    json: ['body'],
  },
  meeting_occurrences: {
    key: ['meeting', 'original_start'],
    owner: ofTenant('starts_ms', 'meeting', 'original_start'),
    exported: true,
  },
  meeting_persons: {
    key: ['tenant', 'person', 'meeting'],
    owner: ofTenant('person', 'meeting'),
    exported: true,
  },
  quotas: { key: ['tenant', 'what', 'who', 'day'], owner: ofTenant('what', 'who', 'day') },
  calendar_feeds: {
    key: ['id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    secrets: ['token_hash'],
  },
  users: {
    key: ['tenant', 'id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    secrets: ['password'],
  },
  user_words: { key: ['tenant', 'word', 'user_id'], owner: ofTenant('word', 'user_id') },
  user_identities: {
    key: ['tenant', 'issuer', 'subject'],
    owner: ofTenant('issuer', 'subject'),
    exported: true,
  },
  user_groups: { key: ['tenant', 'id'], owner: ofTenant('id'), exported: true },
  group_members: { key: ['tenant', 'group_id', 'user_id'], owner: ofTenant('group_id', 'user_id'), exported: true },
  sessions: { key: ['id'], owner: ofTenant('user_id', 'id'), secrets: ['secret_hash'] },
  setup_codes: { key: ['code_hash'], owner: ofTenant('code_hash'), secrets: ['code_hash'] },
  stay_quality: {
    key: ['tenant', 'session_id'],
    owner: ofTenant('session_id'),
    exported: true,
    json: ['route'],
  },
  quality_sessions: { key: ['key'], owner: ofTenant('key'), exported: true },
  // The table covers only the last day, whose content is also in the minutes.
  quality_10s: { key: ['session', 'at_ms'], owner: ofSession('at_ms') },
  quality_1m: { key: ['session', 'at_ms'], owner: ofSession('at_ms'), exported: true },
  quality_1h: { key: ['session', 'at_ms'], owner: ofSession('at_ms'), exported: true },
  session_events: {
    key: ['session', 'at_ms', 'kind', 'source', 'from_node', 'to_node'],
    owner: ofSession('at_ms', 'kind', 'source', 'from_node', 'to_node'),
    exported: true,
  },
  session_decisions: { key: ['session', 'decision_id'], owner: ofSession('decision_id'), json: ['story'] },
  // The table covers only the last day, whose content is also in the hours.
  join_minutes: {
    key: ['from_ms', 'region', 'tenant', 'code'],
    owner: ofTenant('from_ms', 'region', 'code'),
  },
  join_hours: {
    key: ['from_ms', 'region', 'tenant', 'code'],
    owner: ofTenant('from_ms', 'region', 'code'),
    exported: true,
  },
  join_portions: { key: ['node_id', 'incarnation'] },
  sla_media_hours: { key: ['from_ms', 'region', 'tenant'], owner: ofTenant('from_ms', 'region'), exported: true },
  sla_api_hours: { key: ['from_ms', 'region', 'tenant'], owner: ofTenant('from_ms', 'region'), exported: true },
  sla_media_days: { key: ['from_ms', 'region', 'tenant'], owner: ofTenant('from_ms', 'region') },
  sla_api_days: { key: ['from_ms', 'region', 'tenant'], owner: ofTenant('from_ms', 'region') },
  sla_join_days: { key: ['from_ms', 'tenant'], owner: ofTenant('from_ms') },
  audit_heads: { key: ['tenant'], owner: ofTenant('tenant'), exported: true },
  audit_entries: { key: ['tenant', 'seq'], owner: ofTenant('seq'), exported: true, json: ['targets'] },
  erasures: { key: ['id'], owner: ofTenant('created_ms', 'id'), exported: true, json: ['counts', 'invitees'] },
  stream_keys: { key: ['id'], owner: ofTenant('created_ms', 'id'), exported: true },
  room_streams: { key: ['id'], owner: ofTenant('created_ms', 'id'), exported: true, secrets: ['sealed_url'] },
  recordings: {
    key: ['tenant', 'id'],
    owner: ofTenant('started_ms', 'id'),
    exported: true,
    json: ['recorders', 'files', 'assembled', 'awaited'],
  },
  recording_outputs: {
    key: ['tenant', 'recording', 'name'],
    owner: ofTenant('recording', 'name'),
    exported: true,
    json: ['chapters'],
  },
  recording_posts: {
    key: ['tenant', 'recording', 'page'],
    owner: ofTenant('recording', 'page'),
    exported: true,
    json: ['posts'],
  },
  recording_transcripts: {
    key: ['tenant', 'recording', 'language'],
    owner: ofTenant('recording', 'language'),
    exported: true,
  },
  library_contents: {
    key: ['tenant', 'id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    json: ['media'],
  },
  library_blocks: { key: ['tenant', 'content', 'number'], owner: ofTenant('content', 'number') },
  library_items: {
    key: ['tenant', 'id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    json: ['tags', 'chapters'],
  },
  library_item_readers: {
    key: ['tenant', 'item', 'kind', 'reader'],
    owner: ofTenant('item', 'kind', 'reader'),
    exported: true,
  },
  library_transcripts: {
    key: ['tenant', 'item', 'language'],
    owner: ofTenant('item', 'language'),
    exported: true,
  },
  library_renditions: {
    key: ['tenant', 'content'],
    owner: ofTenant('created_ms', 'content'),
    exported: true,
    json: ['plan', 'files', 'sound'],
  },
  library_watches: {
    key: ['tenant', 'id'],
    owner: ofTenant('started_ms', 'id'),
    exported: true,
    json: ['qualities'],
  },
  library_positions: { key: ['tenant', 'item', 'viewer'], owner: ofTenant('item', 'viewer'), exported: true },
  // Ids of playbacks of the last day, so that each is counted once.
  library_starts: { key: ['tenant', 'id'], owner: ofTenant('id') },
  library_demand: {
    key: ['tenant', 'content', 'item', 'hour_ms'],
    owner: ofTenant('content', 'item', 'hour_ms'),
    exported: true,
  },
  library_heats: { key: ['tenant', 'content'], owner: ofTenant('content') },
  library_rendition_chunks: { key: ['tenant', 'content', 'chunk'], owner: ofTenant('content', 'chunk') },
  token_uses: { key: ['tenant', 'id'], owner: ofTenant('id') },
  file_grants: { key: ['tenant', 'source'], owner: ofTenant('source') },
  library_links: { key: ['tenant', 'id'], owner: ofTenant('created_ms', 'id'), exported: true },
  distribution_receivers: {
    key: ['tenant', 'id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    secrets: ['sealed_settings', 'credential_hash'],
    json: ['groups', 'settings', 'rates'],
  },
  distribution_orders: {
    key: ['tenant', 'id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    json: ['targets'],
  },
  distribution_deliveries: {
    key: ['tenant', 'id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    secrets: ['token_ends_ms', 'sent_revision'],
  },
  distribution_days: {
    key: ['tenant', 'day', 'region', 'receiver', 'priority'],
    owner: ofTenant('day', 'region', 'receiver', 'priority'),
    exported: true,
  },
  library_uploads: {
    key: ['tenant', 'id'],
    owner: ofTenant('created_ms', 'id'),
    exported: true,
    json: ['parts', 'copies'],
  },
  egresses: { key: ['tenant', 'id'], owner: ofTenant('made_ms', 'id'), exported: true },
  tenant_recording: { key: ['tenant'], owner: ofTenant('tenant'), exported: true },
  tenant_library: { key: ['tenant'], owner: ofTenant('tenant'), exported: true },
  tenant_retention: { key: ['tenant'], owner: ofTenant('tenant'), exported: true },
  tenant_branding: { key: ['tenant'], owner: ofTenant('tenant'), exported: true },
  tenant_wall: { key: ['tenant'], owner: ofTenant('tenant'), exported: true },
  wall_rooms: { key: ['tenant', 'room'], owner: ofTenant('room') },
  alarms: { key: ['id'], json: ['labels'] },
  alarm_changes: { key: ['id'] },
  alarm_judge: { key: ['id'], json: ['state'] },
  alarm_silences: { key: ['id'], json: ['matchers'] },
  alarm_receivers: { key: ['id'], secrets: ['sealed_target'], json: ['matchers'] },
  alarm_rules: { key: ['rule'] },
  alarm_notifications: { key: ['id'], json: ['content'] },
  alarm_notified: { key: ['alarm', 'notification'] },
  inspection_settings: { key: ['id'], json: ['recipients'] },
  inspections: { key: ['day'], json: ['report'] },
  inspection_closed: { key: ['node'] },
  inspection_backup: { key: ['id'] },
  sla_region_hours: { key: ['from_ms', 'region'] },
  sla_exclusions: { key: ['id'] },
  link_hours: { key: ['at_ms', 'from_region', 'to_region'] },
  link_days: { key: ['at_ms', 'from_region', 'to_region'] },
  cost_prices: { key: ['id'], json: ['prices'] },
  dial_testers: { key: ['region', 'probe'] },
  dial_results: { key: ['region', 'kind', 'to_region', 'received_ms', 'probe'] },
  dial_hours: { key: ['region', 'kind', 'to_region', 'hour_ms'] },
  node_samples: { key: ['at_ms', 'node'] },
  node_hours: { key: ['at_ms', 'node'] },
  region_samples: { key: ['at_ms', 'region'] },
};
