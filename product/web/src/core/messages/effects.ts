// Texts of the background and noise switches, loaded when the panel opens.

import type { BackgroundChoice } from '../effects.ts';
import type { Language } from '../query.ts';
import { inBothLanguages } from './both-languages.ts';

export type EffectWord =
  | `background.${BackgroundChoice}`
  | 'background'
  | 'noise'
  | 'noiseHint'
  | 'addImage'
  | 'changeImage'
  | 'starting'
  | 'startingNoise'
  | 'failed.background'
  | 'failed.noise'
  | 'slow.background'
  | 'slow.noise'
  | 'imageInvalid';

export const effectWords: Readonly<Record<Language, Readonly<Record<EffectWord, string>>>> = inBothLanguages({
  background: ['Background', '背景'],
  'background.none': ['None', '无'],
  'background.slight': ['Slight blur', '轻度虚化'],
  'background.strong': ['Strong blur', '强虚化'],
  'background.studio': ['Studio', '影棚'],
  'background.hills': ['Hills', '山丘'],
  'background.shelf': ['Bookshelf', '书架'],
  'background.window': ['Window', '窗边'],
  'background.own': ['My image', '我的图片'],
  addImage: ['Add an image', '添加图片'],
  changeImage: ['Choose another image', '换一张图片'],
  noise: ['Suppress noise', '降噪'],
  noiseHint: [
    'Removes the noise of fans, keyboards and streets. Your voice is heard 20 ms later.',
    '去除风扇、键盘和街道的噪声。您的声音会晚 20 毫秒。',
  ],
  starting: ['The background is being prepared…', '正在准备背景…'],
  startingNoise: ['Noise suppression is being prepared…', '正在准备降噪…'],
  'failed.background': [
    'The background could not be changed. Your camera is shown as it is.',
    '背景无法更换，将显示摄像头的原始画面。',
  ],
  'failed.noise': ['Noise suppression could not be switched on.', '降噪无法开启。'],
  'slow.background': ['The background is off: this computer is too slow for it.', '背景已关闭：这台电脑的速度不够。'],
  'slow.noise': ['Noise suppression is off: this computer is too slow for it.', '降噪已关闭：这台电脑的速度不够。'],
  imageInvalid: ['This file is not an image that your browser can show.', '浏览器无法显示这个文件，请选择图片。'],
});
