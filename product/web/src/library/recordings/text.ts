import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const recordingsTexts = inBothLanguages({
  list: ['Recordings', '录制文件'],
  search: ['Search by title or room', '按标题或房间搜索'],
  from: ['From', '从'],
  to: ['Until', '到'],
  whose: ['Whose', '归属'],
  mine: ['Mine and shared', '我的和共享的'],
  everyone: ["Everyone's", '所有人的'],
  failed: ['The recordings could not be loaded', '无法加载录制文件'],
  empty: ['No recordings yet', '还没有录制文件'],
  emptyText: [
    'Recordings of your meetings appear here, and those that colleagues share with you.',
    '您的会议录制文件和同事与您共享的录制文件会显示在这里。',
  ],
  emptyFound: ['No recording matches', '没有符合条件的录制文件'],
  clear: ['Show all', '显示全部'],
  by: ['Recorded by {name}', '由 {name} 录制'],
  byNone: ['Recorded automatically', '自动录制'],
  files: ['{count} {count:file|files}, by person', '{count} 个文件，按人员列出'],
  everybody: ['The whole meeting', '整场会议'],
  progress: ['Progress of {title}', '{title} 的进度'],
  shareOf: ['Share {title}', '共享 {title}'],
  renameOf: ['Rename {title}', '重命名 {title}'],
  deleteOf: ['Delete {title}', '删除 {title}'],
  newName: ['New name of {title}', '{title} 的新名称'],
  renameFailed: ['It was not renamed', '未能重命名'],
});
