// Texts of a cloud's morning inspection: a sentence for each code, in English and Chinese, for page and mail. A finding
// is a code with figures; the language is applied last.
import type { RestLanguage } from './rest-problems.ts';

export const inspectionChecks = [
  'alarms',
  'quality',
  'joins',
  'dial',
  'capacity',
  'disks',
  'certificates',
  'recorders',
  'quotas',
  'webhooks',
  'deliveries',
  'database',
  'drift',
  'versions',
  'clocks',
  'closed',
  'testers',
  'receivers',
  'backups',
  'silences',
] as const;
export type InspectionCheck = (typeof inspectionChecks)[number];

export const findingSeverities = ['problem', 'attention', 'fine'] as const;
export type FindingSeverity = (typeof findingSeverities)[number];
export const findingUnits = ['share', 'ms', 'count', 'bytes'] as const;
export type FindingUnit = (typeof findingUnits)[number];

export interface Finding {
  readonly check: InspectionCheck;
  /** Key of `findingTexts`, which begins with the check and a point. */
  readonly code: string;
  readonly severity: FindingSeverity;
  /** Values of the sentence. The end of a name gives the form: `…Share` (0 … 1), `…Ms`, `…Bytes`, `…At` (RFC 3339). */
  readonly values: Readonly<Record<string, string | number>>;
  readonly figure?: { readonly value: number; readonly limit?: number; readonly unit: FindingUnit };
  readonly path: string;
}

/** [English, Chinese] */
const checkTexts: Readonly<Record<InspectionCheck, readonly [string, string]>> = {
  alarms: ['alarms', '告警'],
  quality: ['quality of connections', '连接质量'],
  joins: ['joins', '入会'],
  dial: ['dial tests', '拨测'],
  capacity: ['capacity', '容量'],
  disks: ['disks', '磁盘'],
  certificates: ['certificates', '证书'],
  recorders: ['recorders', '录制'],
  quotas: ['quotas of tenants', '租户配额'],
  webhooks: ['webhooks', 'Webhook'],
  deliveries: ['deliveries of files', '文件投递'],
  database: ['database', '数据库'],
  drift: ['configurations', '配置'],
  versions: ['versions', '版本'],
  clocks: ['clocks', '时钟'],
  closed: ['nodes out of service', '停止接入的节点'],
  testers: ['testers', '拨测端'],
  receivers: ['receivers of alarms', '告警接收方'],
  backups: ['back-ups', '备份'],
  silences: ['silences', '静默'],
};

export const findingTexts: Readonly<Record<string, readonly [string, string]>> = {
  'alarms.bad': [
    'Alarm “{rule}”: fired {count} times, {longestMs} at the longest; {open} open, {acknowledged} acknowledged.',
    '告警“{rule}”：触发 {count} 次，最长 {longestMs}；未恢复 {open} 次，已确认 {acknowledged} 次。',
  ],
  'alarms.fine': ['No alarm fired in 24 h.', '24 小时内没有告警。'],
  'quality.bad': [
    'In {region}, {weakShare} of the measurements were weak in the hour to {hourAt}.',
    '{region}：截至 {hourAt} 的一小时内，{weakShare} 的测量结果为差。',
  ],
  'quality.fine': [
    'The worst hour was in {region}: {weakShare} of the measurements were weak.',
    '最差的一小时在 {region}，{weakShare} 的测量结果为差。',
  ],
  'quality.few': [
    'Too few connections were measured in 24 h to judge them: {minutes} min in all, {weakShare} of it weak.',
    '24 小时内测量到的连接太少，无法判断：共 {minutes} 分钟，其中 {weakShare} 较差。',
  ],
  'quality.idle': ['No connection was measured in 24 h.', '24 小时内没有测量到连接。'],
  'joins.bad': [
    'In {region}, {failed} of {joins} joins failed by the cloud’s fault ({failedShare}).',
    '{region}：{joins} 次入会中有 {failed} 次因云端故障失败（{failedShare}）。',
  ],
  'joins.fine': [
    '{failed} of {joins} joins failed by the cloud’s fault.',
    '{joins} 次入会中有 {failed} 次因云端故障失败。',
  ],
  'dial.bad': [
    'Dial tests of {region}: {failed} of {tried} failed at “{stage}” ({failedShare}).',
    '{region} 的拨测：{tried} 次中有 {failed} 次在“{stage}”阶段失败（{failedShare}）。',
  ],
  'dial.fine': ['{failed} of {tried} dial tests failed.', '{tried} 次拨测中有 {failed} 次失败。'],
  'dial.idle': ['There were no dial tests in 24 h.', '24 小时内没有拨测。'],
  'capacity.bad': [
    '{region} used {peakShare} of its {most} sessions at its peak, at {peakAt}.',
    '{region} 在峰值时（{peakAt}）已占用 {most} 个会话中的 {peakShare}。',
  ],
  'capacity.forecast': [
    '{region} is full in {inMs} if its sessions go on rising.',
    '若会话继续增长，{region} 将在 {inMs}后满载。',
  ],
  'capacity.fine': [
    'The fullest region, {region}, used {peakShare} of its sessions at its peak.',
    '最满的区域 {region} 峰值占用 {peakShare}。',
  ],
  'disks.bad': [
    'The disk of {node} ({site}) is {usedShare} full: {freeBytes} are free.',
    '{node}（{site}）的磁盘已用 {usedShare}，剩余 {freeBytes}。',
  ],
  'disks.fine': [
    'The fullest of {nodes} disks, of {node}, is {usedShare} full.',
    '{nodes} 块磁盘中最满的是 {node}，已用 {usedShare}。',
  ],
  'certificates.bad': ['The certificate of {node} expires in {inMs}.', '{node} 的证书将在 {inMs}后到期。'],
  'certificates.over': ['The certificate of {node} has expired.', '{node} 的证书已过期。'],
  'certificates.fine': [
    'The next certificate to expire, of {node}, does so in {inMs}.',
    '最早到期的证书属于 {node}，还有 {inMs}。',
  ],
  'recorders.bad': [
    '{waiting} recordings wait for a recorder, the oldest for {oldestMs}; {used} of {all} places are taken.',
    '{waiting} 个录制正在等待录制节点，最长已等 {oldestMs}；{all} 个名额已用 {used} 个。',
  ],
  'recorders.waited': [
    'Recordings waited for a recorder {count} times in 24 h.',
    '24 小时内录制等待录制节点 {count} 次。',
  ],
  'recorders.fine': [
    '{used} of {all} places of recorders are taken, and nothing waits.',
    '{all} 个录制名额已用 {used} 个，没有等待。',
  ],
  'quotas.refused': [
    'Tenant {tenant}: {refused} joins were refused in 24 h, as its quota was used up.',
    '租户 {tenant}：24 小时内有 {refused} 次入会因配额用尽被拒绝。',
  ],
  'quotas.seats': [
    'Tenant {tenant} has {used} of {most} participants in its rooms now ({usedShare}).',
    '租户 {tenant}：当前参会人数 {used}，上限 {most}（{usedShare}）。',
  ],
  'quotas.rooms': [
    'Tenant {tenant} has {used} of {most} rooms open now ({usedShare}).',
    '租户 {tenant}：当前房间数 {used}，上限 {most}（{usedShare}）。',
  ],
  'quotas.recordingBytes': [
    'Recordings of tenant {tenant} take {usedBytes} of {mostBytes} ({usedShare}).',
    '租户 {tenant}：录制文件已占用 {usedBytes}，上限 {mostBytes}（{usedShare}）。',
  ],
  'quotas.recordingMinutes': [
    'Tenant {tenant} has recorded {used} of {most} minutes this month ({usedShare}).',
    '租户 {tenant}：本月已录制 {used} 分钟，上限 {most} 分钟（{usedShare}）。',
  ],
  'quotas.meetings': [
    'Tenant {tenant} booked {used} of {most} meetings in a day ({usedShare}).',
    '租户 {tenant}：单日预定会议 {used} 个，上限 {most} 个（{usedShare}）。',
  ],
  'quotas.mails': [
    'For tenant {tenant}, {used} of {most} mails were sent in a day ({usedShare}).',
    '租户 {tenant}：单日邮件 {used} 封，上限 {most} 封（{usedShare}）。',
  ],
  'quotas.fine': [
    'No tenant is near a quota, and no join was refused for one in 24 h.',
    '没有租户接近配额；24 小时内没有入会因配额被拒绝。',
  ],
  'webhooks.bad': [
    'The oldest delivery that is due has waited for {oldestMs}.',
    '最早应发送的 Webhook 已等待 {oldestMs}。',
  ],
  'webhooks.fine': ['Webhooks leave when they are due.', 'Webhook 均按时发送。'],
  'deliveries.failed': [
    'To {region}, {failed} of {ended} deliveries failed yesterday ({failedShare}).',
    '{region}：昨天 {ended} 个投递中有 {failed} 个失败（{failedShare}）。',
  ],
  'deliveries.late': [
    'To {region}, {late} of {ended} deliveries missed their deadline yesterday ({lateShare}).',
    '{region}：昨天 {ended} 个投递中有 {late} 个超过期限（{lateShare}）。',
  ],
  'deliveries.away': ['{away} of {enabled} receivers of files are away.', '{enabled} 个文件接收方中有 {away} 个离线。'],
  'deliveries.fine': [
    'Yesterday, {done} files ({doneBytes}) were delivered, {failed} failed, {late} were late. The busiest of the 30 days before, {peakDay}, had {peakDone}.',
    '昨天投递完成 {done} 个文件（{doneBytes}），失败 {failed} 个，超期 {late} 个。此前 30 天中最多的是 {peakDay}，完成 {peakDone} 个。',
  ],
  'deliveries.most': [
    'Yesterday, {done} files ({doneBytes}) were delivered, more than on any of the 30 days before; {failed} failed, {late} were late.',
    '昨天投递完成 {done} 个文件（{doneBytes}），多于此前 30 天中的任何一天；失败 {failed} 个，超期 {late} 个。',
  ],
  'deliveries.idle': ['No delivery of a file ended yesterday.', '昨天没有结束的文件投递。'],
  'database.fine': ['The size of the database is {sizeBytes}.', '数据库大小为 {sizeBytes}。'],
  'drift.bad': [
    '{node} ({kind}) has another configuration than most of its kind: {keys}.',
    '{node}（{kind}）的配置与多数同类节点不同：{keys}。',
  ],
  'drift.fine': ['{nodes} nodes are configured as most of their kind.', '{nodes} 个节点的配置均与同类一致。'],
  'versions.bad': [
    'Nodes of the kind {kind} have {count} versions: {versions}.',
    '{kind} 类节点有 {count} 个版本：{versions}。',
  ],
  'versions.fine': ['Nodes of each kind have one version.', '各类节点的版本一致。'],
  'clocks.bad': ['The clock of {node} ({site}) is {offMs} off.', '{node}（{site}）的时钟偏差 {offMs}。'],
  'clocks.fine': ['No clock of {nodes} is more than {offMs} off.', '{nodes} 个时钟的偏差均不超过 {offMs}。'],
  'closed.bad': [
    '{node} ({site}) has taken no new sessions for {forMs}: {reason}.',
    '{node}（{site}）停止接入新会话已 {forMs}：{reason}。',
  ],
  'closed.fine': [
    'No node has been out of service for a day; {nodes} are now.',
    '没有节点停止接入超过一天；现有 {nodes} 个停止接入。',
  ],
  'testers.bad': [
    'The tester of {region} has reported nothing for {silentMs}.',
    '{region} 的拨测端已 {silentMs}没有上报。',
  ],
  'testers.fine': ['All of {testers} testers report.', '{testers} 个拨测端均在上报。'],
  'receivers.bad': [
    '{failed} messages to “{receiver}” did not get through: {error}.',
    '发往“{receiver}”的 {failed} 条消息未送达：{error}。',
  ],
  'receivers.fine': ['All {sent} messages about alarms were taken.', '{sent} 条告警消息均已送达。'],
  'receivers.none': ['Alarms have no receiver.', '告警没有接收方。'],
  'backups.bad': ['The last back-up is {agoMs} old.', '最近一次备份是在 {agoMs}前。'],
  'backups.fine': ['The last back-up is {agoMs} old.', '最近一次备份是在 {agoMs}前。'],
  'backups.never': [
    'No back-up is known: none was made by the api’s own command.',
    '未知：没有用 API 自带命令做过备份。',
  ],
  'silences.bad': ['A silence of alarms lasts until {endsAt}: {reason}.', '告警静默将持续到 {endsAt}：{reason}。'],
  'silences.fine': ['No alarm is silenced.', '没有被静默的告警。'],
};
/** Sentences that every check shares: unknown, partly unknown, or too many to list. */
const anyTexts: Readonly<Record<string, readonly [string, string]>> = {
  unknown: ['Unknown: {check}.', '未知：{check}。'],
  partly: ['Unknown for {count} nodes: {check}.', '{count} 个节点未知：{check}。'],
  more: ['And {count} more: {check}.', '另有 {count} 项：{check}。'],
};

const languageIndex = (language: RestLanguage): 0 | 1 => (language === 'zh' ? 1 : 0);

export const checkTitle = (check: InspectionCheck, language: RestLanguage): string =>
  checkTexts[check][languageIndex(language)];

/** Returns the sentence of a finding. A code of a later version is printed itself. */
export function findingSentence(
  { check, code, values }: Pick<Finding, 'check' | 'code' | 'values'>,
  o: { readonly language: RestLanguage; readonly timeZone: string },
): string {
  const text = (findingTexts[code] ?? anyTexts[code.slice(check.length + 1)])?.[languageIndex(o.language)] ?? code;
  const all: Finding['values'] = { ...values, check: checkTitle(check, o.language) };
  return text.replaceAll(/\{(\w+)\}/g, (hole: string, name: string) => {
    const value = Object.hasOwn(all, name) ? all[name] : undefined;
    return value === undefined ? hole : valueText(name, value, o);
  });
}

export function figureText(value: number, unit: FindingUnit, language: RestLanguage): string {
  if (unit === 'share') return `${number(value * 100, language)} %`;
  if (unit === 'ms') return spanText(value, language);
  if (unit === 'bytes') return bytesText(value, language);
  return number(value, language);
}

function valueText(
  name: string,
  value: string | number,
  { language, timeZone }: { language: RestLanguage; timeZone: string },
): string {
  if (typeof value === 'number') {
    if (name.endsWith('Share')) return figureText(value, 'share', language);
    if (name.endsWith('Ms')) return spanText(value, language);
    if (name.endsWith('Bytes')) return bytesText(value, language);
    return number(value, language);
  }
  return name.endsWith('At') ? timeIn(value, timeZone) : value;
}

const number = (value: number, language: RestLanguage): string =>
  value.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { maximumFractionDigits: 1 });

const spans = [
  [86_400_000, ['d', '天']],
  [3_600_000, ['h', '小时']],
  [60_000, ['min', '分钟']],
  [1000, ['s', '秒']],
] as const;

/** Formats a time span in the largest unit of which it has at least two, otherwise in the smallest. */
function spanText(ms: number, language: RestLanguage): string {
  const [unitMs, unitNames] = spans.find(([each]) => Math.abs(ms) >= 2 * each) ?? [1, ['ms', '毫秒'] as const];
  return `${number(Math.round(ms / unitMs), language)} ${unitNames[languageIndex(language)]}`;
}

const sizes = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const;
function bytesText(bytes: number, language: RestLanguage): string {
  const [unit, word] = sizes.find(([each]) => bytes >= each) ?? [1, 'B'];
  return `${number(bytes / unit, language)} ${word}`;
}

/** Formats a time in the zone, as 2026-11-23 09:00; an invalid time stays. */
function timeIn(text: string, timeZone: string): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return text;
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const shown = new Intl.DateTimeFormat('sv-SE', { ...parts, timeZone, hourCycle: 'h23' });
  return shown.format(ms);
}
