// Words of the switches for background and noise, which are loaded when one opens them.
import type { BackgroundChoice } from '../effects.ts';
import type { Language } from '../query.ts';

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

export const effectWords: Readonly<Record<Language, Readonly<Record<EffectWord, string>>>> = {
  en: {
    background: 'Background',
    'background.none': 'None',
    'background.slight': 'Slight blur',
    'background.strong': 'Strong blur',
    'background.studio': 'Studio',
    'background.hills': 'Hills',
    'background.shelf': 'Bookshelf',
    'background.window': 'Window',
    'background.own': 'My image',
    addImage: 'Add an image',
    changeImage: 'Choose another image',
    noise: 'Suppress noise',
    noiseHint: 'Takes out fans, keyboards and street noise. Your voice is heard 20 ms later.',
    starting: 'The background is being prepared…',
    startingNoise: 'Noise suppression is being prepared…',
    'failed.background': 'The background could not be changed. Your camera is shown as it is.',
    'failed.noise': 'Noise suppression could not be switched on.',
    'slow.background': 'The background is off: this computer is too slow for it.',
    'slow.noise': 'Noise suppression is off: this computer is too slow for it.',
    imageInvalid: 'This file is not an image that your browser can show.',
  },
  zh: {
    background: '背景',
    'background.none': '无',
    'background.slight': '轻度虚化',
    'background.strong': '强虚化',
    'background.studio': '影棚',
    'background.hills': '山丘',
    'background.shelf': '书架',
    'background.window': '窗边',
    'background.own': '我的图片',
    addImage: '添加图片',
    changeImage: '换一张图片',
    noise: '降噪',
    noiseHint: '去除风扇、键盘和街道的噪声。您的声音会晚 20 毫秒。',
    starting: '正在准备背景…',
    startingNoise: '正在准备降噪…',
    'failed.background': '背景无法更换，将显示摄像头的原始画面。',
    'failed.noise': '降噪无法开启。',
    'slow.background': '背景已关闭：这台电脑的速度不够。',
    'slow.noise': '降噪已关闭：这台电脑的速度不够。',
    imageInvalid: '浏览器无法显示这个文件，请选择图片。',
  },
};
