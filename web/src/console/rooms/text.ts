// Texts of the pages of rooms.

import { inBoth } from '../../core/messages/both.ts';

export const roomsTexts = inBoth({
  lead: ['Rooms with someone in them, of all organisations.', '所有组织中有人的房间。'],
  search: ['Search by name', '按名称搜索'],
  tenant: ['Organisation', '组织'],
  tenantAny: ['All organisations', '所有组织'],
  empty: ['No room has anyone in it now.', '目前没有房间有人。'],
  emptyFound: ['No room like this has anyone in it now.', '没有这样的房间有人。'],
  room: ['Room', '房间'],
  people: ['People', '人数'],
  nodes: ['Media nodes', '媒体节点'],
  strength: ['Connections', '连接'],
  sid: ['ID of this life', '本次开启的 ID'],

  over: ['This room has no one in it now', '此房间目前没有人'],
  overText: ['Nothing was heard of it in the last 30 seconds.', '最近 30 秒没有收到它的消息。'],
  peopleIn: ['People in it', '房间中的人'],
  name: ['Name', '姓名'],
  place: ['Place', '位置'],
  node: ['Media node', '媒体节点'],
  also: ['also from {nodes}', '还来自 {nodes}'],
  rtt: ['Round trip', '往返时延'],
  loss: ['Loss', '丢包'],
  freezes: ['Frozen', '卡顿'],
  connection: ['Connection', '连接'],
  since: ['Since', '进入'],
  ms: ['{value} ms', '{value} 毫秒'],
  unknownPlace: ['Not known', '未知'],

  tree: ['Distribution', '分发'],
  treeLead: [
    'Each arrow: tracks that a media node has from another. Dashed: over a relay.',
    '每个箭头表示一个媒体节点从另一节点取得的媒体。虚线：经中继。',
  ],
  treeAway: ['How media goes is not known: the centre does not answer.', '媒体路径未知：调度中心没有应答。'],
  treeEmpty: [
    'No track goes from one media node to another: all of them are on one node.',
    '没有媒体在节点之间传送：全部在一个节点上。',
  ],
  chooseTrack: ['Show the way of', '显示路径'],
  allTracks: ['all tracks ({count})', '全部媒体（{count}）'],
  trackFrom: ['{track}, from {node}', '{track}，来自 {node}'],
  sessions: ['{count} sessions', '{count} 个会话'],
  session: ['1 session', '1 个会话'],
  tracks: ['{count} tracks', '{count} 路媒体'],
  track: ['1 track', '1 路媒体'],
  relay: ['over {city}', '经{city}'],
  direct: ['directly', '直连'],
  unreachable: ['no working path', '没有可用路径'],
  oneWay: ['{ms} ms one way', '单程 {ms} 毫秒'],
  hop: ['{from} → {to}', '{from} → {to}'],
  origin: ['begins at {node}', '起于 {node}'],
  noSite: ['Site not known', '站点未知'],
  whyWays: ['Why these ways (English)', '为何是这些路径（英文）'],
});

