// Texts shared by several administration pages.
import { inBothLanguages } from '../../core/messages/both-languages.ts';
export const sharedTexts = inBothLanguages({
  title: ['Administration', '管理'],
  meetings: ['My meetings', '我的会议'],
  menu: ['Pages of the administration', '管理页面'],
  users: ['Users', '用户'],
  rooms: ['Live rooms', '进行中的房间'],
  reports: ['Reports', '报告'],
  recordings: ['Recordings', '录制文件'],
  sla: ['Service level', '服务水平'],
  keys: ['API keys', 'API 密钥'],
  webhooks: ['Webhooks', 'Webhook'],
  settings: ['Settings', '设置'],
  notAllowed: [
    'Your role does not open this page. Ask an administrator of your organisation.',
    '您的角色无法打开此页面，请联系贵组织的管理员。',
  ],
  loading: ['Loading …', '正在加载……'],
  more: ['Show more', '显示更多'],
  retry: ['Try again', '重试'],
  failed: ['This could not be loaded', '无法加载'],
  cancel: ['Cancel', '取消'],
  close: ['Close', '关闭'],
  copy: ['Copy', '复制'],
  copied: ['Copied', '已复制'],
  actions: ['Actions', '操作'],
});
