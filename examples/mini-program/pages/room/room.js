// A room in a mini-program: it publishes with <live-pusher>, plays with <live-player>, and shows the participants.
// README.md lists what must be enabled first.
const BACKEND = 'https://app.example.org'; // Your own: it knows the person and signs the token of the room.
const GATEWAY = 'https://gateway.example.org';
/** Pause between two attempts, which grows, so that not all clients return to a restarted gateway at once. */
const PAUSE_MS = 3000;
const PAUSE_MS_MAX = 60_000;

/** Codes of `bindstatechange`. Both components retry by themselves before they give up. */
const PUSHED = 1002;
const PUSH_RETRIES = 1102;
const PUSH_GAVE_UP = -1307;
const PLAYED = 2004;
const PLAY_RETRIES = 2103;
/** Playing is over: ended by the gateway, given up, or without an address. */
const PLAY_OVER = [2006, -2301, -2302];
/** Problems of the person or the phone, which a retry does not solve. */
const PUSH_PROBLEMS = {
  '-1301': '无法打开摄像头',
  '-1302': '无法打开麦克风',
  '-1303': '视频编码失败',
  '-1304': '音频编码失败',
  '-1305': '不支持的视频分辨率',
  '-1306': '不支持的音频采样率',
};
/** Codes of `binderror` of <live-pusher>. */
const REFUSED = { 10001: '请允许使用摄像头', 10002: '请允许使用麦克风' };

const request = (options) =>
  new Promise((resolve, reject) => {
    wx.request({
      timeout: 30000, // the roster answers after 25 s at the latest
      ...options,
      success: ({ statusCode, data }) =>
        statusCode < 300 ? resolve(data) : reject(new Error(data?.code || `HTTP ${statusCode}`)),
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    });
  });
const login = () =>
  new Promise((resolve, reject) => {
    wx.login({ success: ({ code }) => resolve(code), fail: ({ errMsg }) => reject(new Error(errMsg)) });
  });

Page({
  data: { push: '', play: '', people: '', viewers: 0, problem: '', isMuted: false },

  onLoad({ room }) {
    this.room = room;
    this.isOpen = true;
    this.attempts = 0;
    this.open();
  },
  onUnload() {
    this.isOpen = false;
    clearTimeout(this.timer);
  },

  async authorize() {
    const data = { room: this.room, code: await login() };
    const { token } = await request({ url: `${BACKEND}/token`, method: 'POST', data });
    this.header = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  },
  /** Fetches new keys, which expire with the token; running media goes on. */
  async open() {
    try {
      await this.authorize();
      const ways = await request({
        url: `${GATEWAY}/v1/addresses`,
        method: 'POST',
        header: this.header,
        data: { client: 'miniprogram' },
      });
      if (!this.isOpen) return;
      this.setData({
        push: ways.publish ? ways.publish.rtmp.url : '',
        play: ways.play ? ways.play.rtmp : '',
        problem: '',
      });
      this.watch();
    } catch (error) {
      this.again(error.message);
    }
  },
  again(problem) {
    if (!this.isOpen) return;
    this.watching = undefined;
    this.setData({ push: '', play: '', problem });
    const pauseMs = Math.min(PAUSE_MS * 2 ** this.attempts, PAUSE_MS_MAX);
    this.attempts += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), pauseMs);
  },

  async watch() {
    const watching = {};
    this.watching = watching;
    let after = '';
    while (this.isOpen && this.watching === watching) {
      try {
        const roster = await request({ url: `${GATEWAY}/v1/room${after}`, header: this.header });
        after = `?after=${roster.version}`;
        if (this.watching !== watching) return;
        this.setData({
          people: roster.participants.map(({ name, identity }) => name || identity).join('、'),
          viewers: Object.values(roster.viewers).reduce((sum, count) => sum + count, 0),
        });
      } catch ({ message }) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        if (message.startsWith('TOKEN_')) await this.authorize().catch(() => undefined); // fetched again after a pause
      }
    }
  },

  onPusher({ detail: { code, message } }) {
    if (code === PUSHED) this.works();
    else if (code === PUSH_RETRIES) this.setData({ problem: '网络不稳定，正在重新连接' });
    else if (code === PUSH_GAVE_UP) this.again(message);
    else if (PUSH_PROBLEMS[code]) this.setData({ problem: PUSH_PROBLEMS[code] });
  },
  onPlayer({ detail: { code, message } }) {
    if (code === PLAYED) this.works();
    else if (code === PLAY_RETRIES) this.setData({ problem: '网络不稳定，正在重新连接' });
    else if (PLAY_OVER.includes(code)) this.again(message);
  },
  works() {
    this.attempts = 0;
    this.setData({ problem: '' });
  },
  onRefused({ detail: { errCode, errMsg } }) {
    this.setData({ problem: REFUSED[errCode] || errMsg });
  },
  onMute() {
    this.setData({ isMuted: !this.data.isMuted });
  },
});
