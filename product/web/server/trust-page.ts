// The page on the plain port of the local network: explains, in English and Chinese and without scripts, how a phone
// learns to trust this machine's certificate.

export interface TrustPage {
  readonly pageUrl: string;
  /** SHA-256 of the authority, as phones show it. */
  readonly fingerprint: string;
}

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 40rem; padding: 1.25rem 1rem 3rem; font: 1rem/1.55 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
p, ol { margin: .4rem 0; }
ol { padding-left: 1.4rem; }
li { margin: .3rem 0; }
a.get { display: block; margin: 1rem 0; padding: .85rem 1rem; border-radius: .75rem; background: #1a5fd0; color: #fff; text-align: center; text-decoration: none; font-weight: 600; }
code { font: .8rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
section + section { margin-top: 2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.note { padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .6rem; }
`;

export function trustPage({ pageUrl, fingerprint }: TrustPage): { html: string; style: string } {
  const url = escaped(pageUrl);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Meridian · trust this machine / 信任这台电脑</title>
<style>${style}</style>
</head>
<body>
<section lang="en">
<h1>Let this phone trust the Meridian on this network</h1>
<p>A browser gives camera and microphone to https pages only. The machine that runs this page signs its own certificate; install it once.</p>
<a class="get" href="/ca.crt">Download the certificate</a>
<p class="note">Compare before you trust: the terminal of <code>npm start</code> shows the same SHA-256.<br><code>${escaped(fingerprint)}</code></p>
<h2>iPhone, iPad (Safari)</h2>
<ol>
<li>Download, <em>Allow</em>; then Settings → <em>Profile Downloaded</em> → Install.</li>
<li>Settings → General → About → Certificate Trust Settings: switch <em>Meridian</em> on.</li>
</ol>
<h2>Android</h2>
<ol>
<li>Download; then Settings → Security → More → Encryption &amp; credentials → Install a certificate → <em>CA certificate</em>, and choose the file.</li>
</ol>
<h2>Then</h2>
<p>Scan the picture in the terminal, or open the address above it. The page of the call is at <code>${url}</code>; without the key of the terminal it lets no guest in.</p>
<h2>Without</h2>
<p>The browser warns. In Chrome, <em>Advanced → Proceed</em> may do: then camera and microphone are asked for on every visit. Safari and Firefox ask for each port by itself, and the call’s own
connections cannot ask: there the certificate is needed.</p>
<p>The certificate can vouch for private addresses only, for no website. Remove it when you are done: its name begins with <em>Meridian</em>.</p>
</section>
<section lang="zh">
<h1>让这部手机信任本网络中的 Meridian</h1>
<p>浏览器只允许 https 页面使用摄像头和麦克风。运行本页面的电脑自己签发证书，只需安装一次。</p>
<a class="get" href="/ca.crt">下载证书</a>
<p class="note">信任之前请先核对：运行 <code>npm start</code> 的终端会显示相同的 SHA-256。<br><code>${escaped(fingerprint)}</code></p>
<h2>iPhone、iPad（Safari）</h2>
<ol>
<li>下载并点“允许”；然后打开 设置 → 已下载描述文件 → 安装。</li>
<li>设置 → 通用 → 关于本机 → 证书信任设置：打开 <em>Meridian</em>。</li>
</ol>
<h2>安卓</h2>
<ol>
<li>下载；然后 设置 → 安全 → 更多安全设置 → 加密与凭据 → 安装证书 → <em>CA 证书</em>，选择该文件。</li>
</ol>
<h2>之后</h2>
<p>扫描终端里的二维码，或打开它上面的地址。通话页面在 <code>${url}</code>；没有终端里的密钥，谁也进不来。</p>
<h2>如果不安装</h2>
<p>浏览器会发出警告。在 Chrome 中点“高级 → 继续前往”可能可以使用，但每次都会重新询问摄像头和麦克风。Safari 和 Firefox 会对每个端口分别询问，而通话自身的连接无法询问，因此必须安装证书。</p>
<p>该证书只能用于私有地址，不能用于任何网站。用完可以删除，它的名称以 <em>Meridian</em> 开头。</p>
</section>
</body>
</html>
`;
  return { html, style };
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
