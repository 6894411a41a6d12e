import { inBothLanguages } from '../core/messages/both-languages.ts';

export const frameTexts = inBothLanguages({
  title: ['Operations console', '运维控制台'],
  menu: ['Pages of the console', '控制台页面'],
  map: ['Map', '地图'],
  fleet: ['Fleet', '节点'],
  rooms: ['Rooms', '房间'],
  alarms: ['Alarms', '告警'],
  dial: ['Dial tests', '拨测'],
  inspection: ['Morning report', '晨检'],
  logs: ['Logs', '日志'],
  wall: ['Wall', '监控墙'],
  report: ['Report', '报表'],
  cost: ['Cost', '成本'],
  notAllowed: ['The console is for operators of this cloud', '控制台仅供本云的运维人员使用'],
  notAllowedLead: [
    'Your account ({email}) does not have the role "operator". An operator gives it at Administration, Users.',
    '您的账户（{email}）没有“运维”角色。请联系运维人员，在“管理 → 用户”中授予该角色。',
  ],
  toMeetings: ['My meetings', '我的会议'],
  missing: ['There is no such page.', '没有这个页面。'],
  toMap: ['To the map', '前往地图'],
  loading: ['Loading …', '正在加载……'],
});
