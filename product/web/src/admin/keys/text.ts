// Texts of the page of API keys.

import { inBoth } from '../../core/messages/both.ts';

export const keysTexts = inBoth({
  title: ['API keys', 'API 密钥'],
  lead: ['With a key, programs of your organisation use this service.', '贵组织的程序通过密钥使用本服务。'],
  make: ['New key', '新建密钥'],
  none: [
    'There are no keys yet. A key lets a program book meetings, make rooms, and more.',
    '还没有密钥。程序可通过密钥预约会议、创建房间等。',
  ],
  name: ['Name', '名称'],
  scopes: ['Rights', '权限'],
  scopesAll: ['Everything', '全部'],
  regions: ['Regions', '区域'],
  regionsAll: ['All', '全部'],
  made: ['Made', '创建于'],
  state: ['State', '状态'],
  active: ['Active', '有效'],
  revoked: ['Revoked', '已吊销'],
  revokedAt: ['since {day}', '自 {day}'],
  revoke: ['Revoke', '吊销'],
  revokeOf: ['Revoke {name}', '吊销{name}'],

  makeTitle: ['New API key', '新建 API 密钥'],
  makeButton: ['Make key', '创建密钥'],
  makeFailed: ['The key is not made', '密钥未创建成功'],
  tooMany: [
    'Two keys of this name count already, or fifty in all. Revoke an older one first, or choose another name.',
    '该名称已有两个有效密钥，或密钥总数已达五十个。请先吊销较旧的密钥，或更换名称。',
  ],
  nameHint: ['Of the program that will use it.', '使用该密钥的程序的名称。'],
  nameMissing: ['Please enter a name.', '请填写名称。'],
  nameLong: ['At most 128 characters.', '最多 128 个字符。'],
  purpose: ['What it is for', '用途'],
  purposeSystem: ['A system of your company', '贵公司的系统'],
  purposeTokens: ['A token server: joins alone', '令牌服务器：仅用于加入'],
  purposeAll: ['Everything', '全部权限'],
  purposeOwn: ['Your own choice', '自行选择'],
  scopesLegend: ['What the key may do', '密钥的权限'],
  scopesMissing: ['Please choose at least one.', '请至少选择一项。'],
  regionsLabel: ['Only in these regions', '仅限以下区域'],
  regionsHint: [
    'Names with commas. Rooms of this key stay there. Empty: anywhere. Once every key has regions, guests and users stay there too.',
    '区域名称以逗号分隔，该密钥的房间将限于这些区域；留空则不限。若所有密钥都限定了区域，访客和用户也限于这些区域。',
  ],
  regionsWrong: [
    'At most 16 names of letters, digits, “.”, “_” and “-”.',
    '最多 16 个名称，仅限字母、数字、“.”、“_”和“-”。',
  ],

  meetingsRead: ['See meetings and their calendars', '查看会议及其日历'],
  meetingsWrite: ['Book, change and cancel meetings', '预约、修改和取消会议'],
  roomsJoin: ['Let people into rooms, under any name', '允许用户以任意身份进入房间'],
  roomsCreate: ['Make and end rooms', '创建和结束房间'],
  roomsList: ['List rooms', '列出房间'],
  roomsAdmin: ['See and control people in rooms: mute, remove, admit', '查看和管理房间中的人员：静音、移出、准入'],
  linksWrite: ['Make, list and revoke links to rooms', '创建、列出和撤销房间链接'],
  recordingsRead: ['See recordings', '查看录制'],
  recordingsWrite: ['Delete recordings, and make links that play them', '删除录制，创建播放链接'],
  libraryRead: ['See the library, and make links to its files', '查看资料库，创建文件链接'],
  libraryWrite: ['Upload into the library, change and delete items', '上传到资料库，更改和删除条目'],
  liveAdmin: ['Live streams: stream keys, pushes and pulls', '直播：推流密钥、转推和拉流'],
  reportsRead: ['Read attendance and quality of past meetings', '查看历史会议的出席情况和质量'],
  webhooksAdmin: ['Set up webhooks and see what was delivered', '设置 Webhook 并查看投递记录'],
  usersAdmin: ['Manage users and groups, also administrators', '管理用户和群组，包括管理员'],
  keysAdmin: ['Make and revoke API keys', '创建和吊销 API 密钥'],
  tenantAdmin: ['Settings, retention, export and erasure', '设置、数据保留、导出和删除'],
  auditRead: ['Read the audit log', '查看审计日志'],

  madeTitle: ['Key “{name}” is made', '密钥“{name}”已创建'],
  madeText: [
    'The secret is shown this once. Keep it on your server, never in a web page or an app.',
    '密钥的密文仅显示这一次。请保存在您的服务器上，切勿放入网页或应用中。',
  ],
  env: ['For a file .env', '用于 .env 文件'],
  envCopy: ['Copy lines', '复制以上内容'],
  liveKit: ['The same for LiveKit’s SDKs', '用于 LiveKit SDK'],
  liveKitCopy: ['Copy lines for LiveKit', '复制 LiveKit 配置'],
  id: ['Key', '密钥'],
  idCopy: ['Copy key', '复制密钥'],
  secret: ['Secret', '密文'],
  secretCopy: ['Copy secret', '复制密文'],
  done: ['I have copied it', '我已复制'],
  closeAsk: [
    'Once this is closed, the secret is not shown again. Close it anyway?',
    '关闭后将不再显示密文。仍要关闭吗？',
  ],

  revokeTitle: ['Revoke “{name}”?', '吊销“{name}”？'],
  revokeText: [
    'Programs with this key are refused at once. People that joined by its tokens leave their rooms within a second. This cannot be undone.',
    '使用该密钥的程序将立即被拒绝，通过其令牌加入的人员将在一秒内离开房间。此操作无法撤销。',
  ],
  revokeAdvice: [
    'To change a key: make a new one of the same name, use it everywhere, then revoke the old one.',
    '如需更换密钥：请新建一个同名密钥，在各处启用后，再吊销旧密钥。',
  ],
  revokeLeaked: ['Others may have this key', '该密钥可能已泄露'],
  revokeLeakedHint: [
    'Its pushes and pulls end now. Otherwise they go on by another key of the same name.',
    '其转推和拉流将立即结束；否则由同名的其他密钥继续。',
  ],
  revokeFailed: ['The key is not revoked', '密钥未吊销'],
  revokeNotPermitted: ['This key may do more than you.', '该密钥的权限超出了您的权限。'],
});

export type KeysKey = keyof typeof keysTexts.en;
