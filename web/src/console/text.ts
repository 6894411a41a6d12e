// Texts of the console's frame. Each page has its own, beside it.
import type { Texts } from '../admin/text.ts';

const en = {
  title: 'Operations console',
  menu: 'Pages of the console',
  map: 'Map',
  fleet: 'Fleet',
  rooms: 'Rooms',
  alarms: 'Alarms',
  dial: 'Dial tests',
  inspection: 'Morning report',
  logs: 'Logs',
  wall: 'Wall',
  report: 'Report',
  cost: 'Cost',
  notAllowed: 'The console is for operators of this cloud',
  notAllowedLead:
    'Your account ({email}) does not have the role "operator". An operator gives it at Administration, Users.',
  toMeetings: 'My meetings',
  missing: 'There is no such page.',
  toMap: 'To the map',
  loading: 'Loading …',
} as const;
export type FrameKey = keyof typeof en;

export const frameTexts: Texts<FrameKey> = {
  en,
  zh: {
    title: '运维控制台',
    menu: '控制台页面',
    map: '地图',
    fleet: '节点',
    rooms: '房间',
    alarms: '告警',
    dial: '拨测',
    inspection: '晨检',
    logs: '日志',
    wall: '监控墙',
    report: '报表',
    cost: '成本',
    notAllowed: '控制台仅供本云的运维人员使用',
    notAllowedLead: '您的账户（{email}）没有“运维”角色。请联系运维人员，在“管理 → 用户”中授予该角色。',
    toMeetings: '我的会议',
    missing: '没有这个页面。',
    toMap: '前往地图',
    loading: '正在加载……',
  },
};
