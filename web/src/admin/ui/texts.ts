// Texts that several administration pages use.
const en = {
  title: 'Administration',
  meetings: 'My meetings',
  menu: 'Pages of the administration',
  users: 'Users',
  rooms: 'Live rooms',
  reports: 'Reports',
  keys: 'API keys',
  webhooks: 'Webhooks',
  settings: 'Settings',
  notAllowed: 'Your role does not open this page. Ask an administrator of your organisation.',
  loading: 'Loading …',
  more: 'Show more',
  retry: 'Try again',
  failed: 'This could not be loaded',
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  actions: 'Actions',
} as const;

export type SharedKey = keyof typeof en;

export const sharedTexts: Readonly<Record<'en' | 'zh', Readonly<Record<SharedKey, string>>>> = {
  en,
  zh: {
    title: '管理',
    meetings: '我的会议',
    menu: '管理页面',
    users: '用户',
    rooms: '进行中的房间',
    reports: '报告',
    keys: 'API 密钥',
    webhooks: 'Webhook',
    settings: '设置',
    notAllowed: '您的角色无法打开此页面，请联系贵组织的管理员。',
    loading: '正在加载……',
    more: '显示更多',
    retry: '重试',
    failed: '无法加载',
    cancel: '取消',
    close: '关闭',
    copy: '复制',
    copied: '已复制',
    actions: '操作',
  },
};
