// A room in a mini-program: it publishes with <live-pusher>, plays with <live-player>, and shows who is there.
// Both domains have to be among the mini-program's request domains, and both components have to be enabled for it.
const BACKEND = 'https://app.example.org'; // Yours: it knows who the person is, and signs the token of the room.
const GATEWAY = 'https://gateway.example.org';
const PAUSE_MS = 3000;
const PUSH_BROKEN = -1307;
const PLAY_BROKEN = -2301;

const request = (options) =>
  new Promise((resolve, reject) => {
    wx.request({
      timeout: 30000, // the roster answers after 25 s at the latest
      ...options,
      success: ({ statusCode, data }) => (statusCode < 300 ? resolve(data) : reject(new Error(data.code))),
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    });
  });

Page({
  data: { push: '', play: '', people: '', problem: '', isMuted: false },

  onLoad({ room }) {
    this.room = room;
    this.isOpen = true;
    this.open();
  },
  onUnload() {
    this.isOpen = false;
    clearTimeout(this.timer);
  },

  /** New keys each time: they expire with the token. */
  async open() {
    try {
      const { token } = await request({ url: `${BACKEND}/token`, data: { room: this.room } });
      this.header = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const data = { client: 'miniprogram' };
      const ways = await request({ url: `${GATEWAY}/v1/ways`, method: 'POST', header: this.header, data });
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
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), PAUSE_MS);
  },

  /** Who is there, told as it changes. */
  async watch() {
    const watching = {};
    this.watching = watching;
    let after = '';
    while (this.isOpen && this.watching === watching) {
      try {
        const { version, participants } = await request({ url: `${GATEWAY}/v1/room${after}`, header: this.header });
        after = `?after=${version}`;
        this.setData({ people: participants.map(({ name, identity }) => name || identity).join('、') });
      } catch ({ message }) {
        if (message.startsWith('TOKEN_')) this.again(message);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  },

  onPusher({ detail }) {
    if (detail.code === PUSH_BROKEN) this.again(detail.message);
  },
  onPlayer({ detail }) {
    if (detail.code === PLAY_BROKEN) this.again(detail.message);
  },
  onRefused({ detail }) {
    this.setData({ problem: detail.errMsg });
  },
  onMute() {
    this.setData({ isMuted: !this.data.isMuted });
  },
});
