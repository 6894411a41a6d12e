// Back end of the mini-program: gets the person's identity from WeChat and signs a token for the room. Needs only Node.
//
//   WECHAT_APPID=… WECHAT_SECRET=… API_KEY=… API_SECRET=… PORT=8080 node backend.mjs
//
// A proxy in front of it ends TLS for its domain. `mayJoin` decides which person may join which room: write your own.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const BODY_BYTES_MAX = 4096;
const TOKEN_S = 3600;

/** Signs a token as in docs/reference.md. `room`, `identity` and `name` are used unchanged. */
export function tokenOf({ apiKey, apiSecret, room, identity, name, nowMs }) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: apiKey,
    sub: identity,
    name,
    exp: Math.floor(nowMs / 1000) + TOKEN_S,
    video: { room, roomJoin: true },
  };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', apiSecret).update(signed).digest('base64url')}`;
}

/**
 * Returns the person of a code from `wx.login`, which is valid once, for 5 min. Rejects when WeChat does not know the
 * code.
 */
async function openIdOf(code, { appId, appSecret, fetch }) {
  const url = new URL('https://api.weixin.qq.com/sns/jscode2session');
  url.search = new URLSearchParams({
    appid: appId,
    secret: appSecret,
    js_code: code,
    grant_type: 'authorization_code',
  }).toString();
  const { openid, errcode } = await (await fetch(url)).json();
  if (typeof openid !== 'string') throw Object.assign(new Error(`WeChat: ${errcode}`), { status: 401, code: 'LOGIN' });
  return openid;
}

/** Returns the server, which does not listen yet. */
export function backend({ apiKey, apiSecret, appId, appSecret, fetch = globalThis.fetch, mayJoin = () => true }) {
  return createServer(async (request, response) => {
    const answer = (status, body) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body));
    try {
      if (request.method !== 'POST' || request.url !== '/token') return answer(404, { code: 'NOT_FOUND' });
      const { room, code } = await bodyOf(request);
      const openId = await openIdOf(code, { appId, appSecret, fetch });
      if (!mayJoin(openId, room)) return answer(403, { code: 'NOT_PERMITTED' });
      const identity = `wx-${openId}`;
      return answer(200, { token: tokenOf({ apiKey, apiSecret, room, identity, name: '', nowMs: Date.now() }) });
    } catch (error) {
      return answer(error.status ?? 502, { code: error.code ?? 'UNREACHABLE' });
    }
  });
}

async function bodyOf(request) {
  const refused = Object.assign(new Error('body'), { status: 400, code: 'REQUEST_INVALID' });
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += part;
    if (text.length > BODY_BYTES_MAX) throw refused;
  }
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw refused;
  }
  const { room, code } = body ?? {};
  if (typeof room !== 'string' || room === '' || typeof code !== 'string' || code === '') throw refused;
  return { room, code };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY, API_SECRET, WECHAT_APPID, WECHAT_SECRET, PORT = '8080' } = process.env;
  if (!API_KEY || !API_SECRET || !WECHAT_APPID || !WECHAT_SECRET) {
    console.error('API_KEY, API_SECRET, WECHAT_APPID and WECHAT_SECRET have to be set');
    process.exit(1);
  }
  const o = { apiKey: API_KEY, apiSecret: API_SECRET, appId: WECHAT_APPID, appSecret: WECHAT_SECRET };
  backend(o).listen(Number(PORT), '127.0.0.1');
}
