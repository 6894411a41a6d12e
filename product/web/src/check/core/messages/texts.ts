// All texts by key, in English and simplified Chinese; `{name}` is a placeholder for a value.
import { inBothLanguages } from '../../../core/messages/both-languages.ts';

export const checkTexts = inBothLanguages({
  title: ['Check your connection', '检测网络与设备'],
  lead: [
    'In 20 seconds you know whether camera, microphone and network are ready for a meeting.',
    '20 秒内了解摄像头、麦克风和网络是否适合开会。',
  ],
  asks: [
    'Your browser asks for camera and microphone first. Nothing is recorded, and no one sees you.',
    '浏览器会先请求使用摄像头和麦克风。不会录制，也没有人看到您。',
  ],
  start: ['Start the check', '开始检测'],
  stop: ['Stop', '停止'],
  again: ['Check again', '重新检测'],
  copy: ['Copy report', '复制报告'],
  copied: ['Copied', '已复制'],
  copyFailed: [
    'The browser did not copy. Select the text and copy it yourself.',
    '浏览器未能复制。请选中文字自行复制。',
  ],
  report: ['Report', '报告'],
  back: ['Back to the meeting', '返回会议'],
  preview: ['Camera picture', '摄像头画面'],
  previewOff: ['Your camera picture appears here', '摄像头画面将显示在这里'],
  noPicture: ['No camera picture', '没有摄像头画面'],
  speak: ['Say something: the bar should move.', '请说句话，音量条应随之变化。'],
  steps: ['What is checked', '检测项目'],
  details: ['Details', '详情'],
  opening: ['Allow camera and microphone…', '请允许使用摄像头和麦克风…'],
  running: ['Checking…', '正在检测…'],
  advice: ['What to do', '建议'],
  noAdvice: ['No problems found: you can join.', '一切正常，可以入会。'],

  'verdict.good': ['You are ready for meetings', '已准备好参加会议'],
  'verdict.limited': ['You can join, but quality may suffer', '可以加入，但质量可能受影响'],
  'verdict.bad': ['Meetings do not work here', '在此无法正常开会'],

  'part.camera': ['Camera', '摄像头'],
  'part.microphone': ['Microphone', '麦克风'],
  'part.signaling': ['Service', '服务'],
  'part.udp': ['Media by UDP', '媒体（UDP）'],
  'part.tcp': ['Media by TCP', '媒体（TCP）'],
  'part.tls': ['Media on port 443', '媒体（443 端口）'],
  'part.uplink': ['Sending', '上行'],
  'part.downlink': ['Receiving', '下行'],

  'state.waiting': ['waiting', '等待中'],
  'state.running': ['being checked', '检测中'],
  'state.passed': ['passed', '通过'],
  'state.limited': ['passed with limits', '通过，但有限制'],
  'state.failed': ['failed', '未通过'],
  'state.skipped': ['not checked', '未检测'],

  'camera.passed': ['{width} × {height}, {frameRate} frames per second', '{width} × {height}，每秒 {frameRate} 帧'],
  'microphone.passed': ['Your voice was heard.', '能听到您的声音。'],
  'signaling.passed': ['Reached in {connect}', '{connect} 内连通'],
  'path.passed': ['Open: connected in {connect}', '畅通：{connect} 内连通'],
  'path.relayed': ['Open over a relay server: connected in {connect}', '经中继服务器畅通：{connect} 内连通'],
  'uplink.passed': ['{rate}, loss {loss}, round trip {rtt}', '{rate}，丢包 {loss}，往返 {rtt}'],
  'downlink.passed': ['{rate}, loss {loss}, jitter {jitter}', '{rate}，丢包 {loss}，抖动 {jitter}'],
  waiting: ['Queued', '排队中'],
  'part.running': ['Being checked…', '正在检测…'],

  'code.NOT_ASKED': ['Skipped', '已略过'],
  'code.NOT_OFFERED': ['Not offered by this service', '本服务未提供'],
  'code.NO_MEDIA_PATH': ['Not measured: media does not get through', '无法测量：媒体没有任何通路'],
  'code.NO_SIGNALING': ['Not tried: the service cannot be reached', '未尝试：无法连接服务'],
  'code.PATH_BLOCKED': ['Blocked: no connection could be made', '被拦截：未能建立连接'],
  'code.NO_ANSWER': ['The browser’s request for permission was not answered in time', '未及时答复浏览器的询问'],
  'code.SILENT': ['The microphone is on, but no sound was heard', '已打开，但没有声音'],
  'code.TOO_SHORT': ['Too little data arrived to be measured', '收到的数据太少，无法测量'],
  'code.other': ['Failed ({code})', '未成功（{code}）'],

  'advice.SIGNALING_BLOCKED': ['The service cannot be reached', '无法连接服务'],
  'advice.SIGNALING_BLOCKED.text': [
    'Check your network. Behind a company’s proxy or firewall, ask its administrator to allow WebSockets (wss) to this service.',
    '请检查网络。若在公司代理或防火墙之后，请管理员允许到本服务的 WebSocket（wss）连接。',
  ],
  'advice.SERVICE_BUSY': ['The service is busy', '服务繁忙'],
  'advice.SERVICE_BUSY.text': [
    'Your network is not the cause. Check again in a few minutes.',
    '并非您的网络问题，请几分钟后重新检测。',
  ],
  'advice.CHECK_REFUSED': ['The service refused the check', '服务未允许此次检测'],
  'advice.CHECK_REFUSED.text': [
    'Your link or sign-in is no longer valid. Open this page from the meeting again.',
    '您的链接或登录已失效。请从会议重新打开本页。',
  ],
  'advice.BROWSER_UNSUPPORTED': ['This browser cannot make calls', '此浏览器无法通话'],
  'advice.BROWSER_UNSUPPORTED.text': [
    'Use a current Chrome, Edge, Firefox or Safari.',
    '请使用新版 Chrome、Edge、Firefox 或 Safari。',
  ],
  'advice.MEDIA_BLOCKED': ['Sound and pictures cannot get through', '声音和画面无法传输'],
  'advice.MEDIA_BLOCKED.text': [
    'Your network lets neither UDP nor TCP through. Ask its administrator to allow one of these, best the first: {targets}.',
    '您的网络同时拦截了 UDP 和 TCP。请网络管理员放行以下之一，首选第一项：{targets}。',
  ],
  'advice.MEDIA_BLOCKED.plain': [
    'Your network lets neither UDP nor TCP through. Ask its administrator to allow calls (WebRTC), or use another network.',
    '您的网络同时拦截了 UDP 和 TCP。请网络管理员允许通话（WebRTC），或换用其他网络。',
  ],
  'advice.UDP_BLOCKED': ['UDP is blocked', 'UDP 被拦截'],
  'advice.UDP_BLOCKED.text': [
    'Ask your network’s administrator to allow {targets}. Until then calls work by TCP, with more delay.',
    '请网络管理员放行 {targets}。在此之前通话使用 TCP，延迟较大。',
  ],
  'advice.UDP_BLOCKED.plain': [
    'Ask your network’s administrator to allow UDP to this service. Until then calls work by TCP, with more delay.',
    '请网络管理员放行到本服务的 UDP。在此之前通话使用 TCP，延迟较大。',
  ],
  'advice.TCP_ONLY': ['Calls use TCP', '通话将使用 TCP'],
  'advice.TCP_ONLY.text': [
    'Calls work. When the network loses packets, sound and video are late or stutter.',
    '可以通话。网络丢包时，声音和画面会延迟或卡顿。',
  ],
  'advice.TLS_ONLY': ['Only port 443 is open', '仅开放 443 端口'],
  'advice.TLS_ONLY.text': [
    'Calls use the same port as web pages. They work with more delay, and there is no second route.',
    '通话与网页走同一通路。可以通话，但延迟较大，且只有这一条通路。',
  ],
  'advice.UPLINK_LOW': ['Sending is slow: {measured}', '上行较慢：{measured}'],
  'advice.UPLINK_LOW.text': [
    'Good video needs {limit}. Others see you less sharply. Use a cable, move closer to the Wi-Fi, or stop other uploads.',
    '清晰画面需要 {limit}，他人看到的您会较模糊。请改用网线、靠近无线路由器，或停止其他上传。',
  ],
  'advice.UPLINK_TOO_LOW': ['Sending is too slow: {measured}', '上行过慢：{measured}'],
  'advice.UPLINK_TOO_LOW.text': [
    'Sound needs {limit}. Use another network, or stop uploads and backups, and leave your camera off.',
    '声音至少需要 {limit}。请换用其他网络，或停止上传和备份，并关闭摄像头。',
  ],
  'advice.DOWNLINK_LOW': ['Receiving is slow: {measured}', '下行较慢：{measured}'],
  'advice.DOWNLINK_LOW.text': [
    'Good video of several people needs {limit}. You see others less sharply. Use a cable, or stop other downloads.',
    '多路清晰画面需要 {limit}，您看到的他人会较模糊。请改用网线，或停止其他下载。',
  ],
  'advice.DOWNLINK_TOO_LOW': ['Receiving is too slow: {measured}', '下行过慢：{measured}'],
  'advice.DOWNLINK_TOO_LOW.text': [
    'Sound needs {limit}. Use another network, or stop other downloads.',
    '声音至少需要 {limit}。请换用其他网络，或停止其他下载。',
  ],
  'advice.LOSS_HIGH': ['Packets are lost: {measured}', '有丢包：{measured}'],
  'advice.LOSS_HIGH.text': [
    'Above {limit} sound crackles now and then. Use a cable, or move closer to the Wi-Fi.',
    '超过 {limit} 时声音偶有杂音。请改用网线，或靠近无线路由器。',
  ],
  'advice.LOSS_TOO_HIGH': ['Too many packets are lost: {measured}', '丢包过多：{measured}'],
  'advice.LOSS_TOO_HIGH.text': [
    'Above {limit} speech is hard to understand. Use a cable or another network.',
    '超过 {limit} 时无法听清讲话。请改用网线或其他网络。',
  ],
  'advice.JITTER_HIGH': ['Unstable connection ({measured} jitter)', '网络不稳定（抖动 {measured}）'],
  'advice.JITTER_HIGH.text': [
    'Above {limit} sound is delayed. Use a cable, or stop other programs that use your network.',
    '超过 {limit} 时声音会延后。请改用网线，或停止其他占用网络的程序。',
  ],
  'advice.RTT_HIGH': ['The round trip is long: {measured}', '往返时延较长：{measured}'],
  'advice.RTT_HIGH.text': [
    'Above {limit} people talk over each other. Leave a VPN if you may, or use another network.',
    '超过 {limit} 时容易抢话。如允许，请断开 VPN，或换用其他网络。',
  ],
  'advice.CAMERA_DENIED': ['Your browser blocks the camera', '浏览器禁止使用摄像头'],
  'advice.CAMERA_DENIED.text': [
    'Click the camera symbol in the address bar, allow it for this page, and check again.',
    '点击地址栏中的摄像头图标，允许本页使用，然后重新检测。',
  ],
  'advice.CAMERA_BUSY': ['The camera is in use elsewhere', '摄像头正被占用'],
  'advice.CAMERA_BUSY.text': [
    'Close the other program or tab that uses it, and check again.',
    '请关闭占用它的其他程序或标签页，然后重新检测。',
  ],
  'advice.CAMERA_MISSING': ['No camera was found', '未找到摄像头'],
  'advice.CAMERA_MISSING.text': [
    'Plug one in and check again, or join without.',
    '请接入摄像头后重新检测，也可以不开摄像头入会。',
  ],
  'advice.CAMERA_FAILED': ['The camera did not start', '摄像头未能启动'],
  'advice.CAMERA_FAILED.text': [
    'Choose another camera, or start the browser again, and check again.',
    '请选择其他摄像头或重启浏览器，然后重新检测。',
  ],
  'advice.MICROPHONE_DENIED': ['Your browser blocks the microphone', '浏览器禁止使用麦克风'],
  'advice.MICROPHONE_DENIED.text': [
    'Click the microphone symbol in the address bar, allow it for this page, and check again. Until then no one hears you.',
    '点击地址栏中的麦克风图标，允许本页使用，然后重新检测。否则没有人能听到您。',
  ],
  'advice.MICROPHONE_BUSY': ['The microphone is in use elsewhere', '麦克风正被占用'],
  'advice.MICROPHONE_BUSY.text': [
    'Close the other program or tab that uses it, and check again.',
    '请关闭占用它的其他程序或标签页，然后重新检测。',
  ],
  'advice.MICROPHONE_MISSING': ['No microphone was found', '未找到麦克风'],
  'advice.MICROPHONE_MISSING.text': [
    'Plug one in and check again, or join and only listen.',
    '请接入麦克风后重新检测，也可以只听不说地入会。',
  ],
  'advice.MICROPHONE_FAILED': ['The microphone did not start', '麦克风未能启动'],
  'advice.MICROPHONE_FAILED.text': [
    'Choose another microphone, or start the browser again, and check again.',
    '请选择其他麦克风或重启浏览器，然后重新检测。',
  ],
  'advice.MICROPHONE_SILENT': ['Your microphone is silent', '麦克风没有声音'],
  'advice.MICROPHONE_SILENT.text': [
    'Unmute it on the device and in the system, or choose another one. Speak while you check again.',
    '请在设备和系统中取消静音，或选择其他麦克风。重新检测时请说话。',
  ],

  'fact.device': ['Device', '设备'],
  'fact.size': ['Size', '分辨率'],
  'fact.frameRate': ['Frames per second', '每秒帧数'],
  'fact.level': ['Loudest moment', '最大音量'],
  'fact.node': ['Signaling node', '信令节点'],
  'fact.url': ['Address', '地址'],
  'fact.connect': ['Connected in', '连通用时'],
  'fact.rtt': ['Round trip', '往返时延'],
  'fact.reached': ['Reached', '已连到'],
  'fact.relay': ['Relay server', '中继服务器'],
  'fact.tried': ['Tried', '已尝试'],
  'fact.rate': ['Bit rate', '码率'],
  'fact.loss': ['Loss', '丢包'],
  'fact.jitter': ['Jitter', '抖动'],
  'fact.code': ['Code', '代码'],
  'fact.yes': ['yes', '是'],

  'where.title': ['Where your calls go', '通话经过哪里'],
  'where.lead': ['To {city}, on the node {node}.', '接入{city}，节点 {node}。'],
  'where.region': ['Region', '区域'],
  'where.media': ['Media node', '媒体节点'],
  'where.signaling': ['Signaling node', '信令节点'],
  'where.you': ['Where you seem to be', '您大致的位置'],
  'where.youValue': ['{label}, within {radius} km', '{label}，{radius} 公里以内'],
  'where.source': ['Known from', '来源'],

  'refused.signIn': ['Sign in', '登录'],

  'text.heading': ['Meridian connection check', 'Meridian 网络检测'],
  'text.result': ['Result: {verdict}', '结果：{verdict}'],
  'text.began': ['Began {startedAt}, took {took}', '开始于 {startedAt}，用时 {took}'],
  'text.unfinished': ['Not finished', '未完成'],
  'text.line': ['{part}: {state}. {finding}', '{part}：{state}。{finding}'],
  'text.software': ['SDK {sdk}, {userAgent}', 'SDK {sdk}，{userAgent}'],
});

export type CheckKey = keyof typeof checkTexts.en;

export const keyIfKnown = (key: string): CheckKey | undefined =>
  Object.hasOwn(checkTexts.en, key) ? (key as CheckKey) : undefined;
