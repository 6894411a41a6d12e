// Finds the encoding of a text that names none, for library nodes and pages. Labels are those of the WHATWG Encoding
// Standard, whose decoders browsers and Node share.

export interface Cut {
  /** Whether the bytes are the beginning of a longer file: their end may cut a character. Default: false. */
  readonly isCut?: boolean;
}

/** A legacy encoding whose characters are mostly of two bytes. */
interface Wide {
  readonly label: string;
  /** Lead bytes of the characters that ordinary texts use, in the order of their standard. */
  readonly usual: readonly [from: number, to: number];
  /** Characters that are about half of an ordinary text. */
  readonly frequent: RegExp;
}

const ofThese = (characters: string): RegExp => new RegExp(`[${characters}]`, 'u');
const cjkSigns = '，。、？！：；（）「」『』《》“”‘’…—・～';
const simplified =
  '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运';
const traditional =
  '的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運';
const hangul =
  '이다는을의에가고하한지를은로도사기어리자대인해시나서그아정라부일수만스들게보전있제여과것주상장구신안니모으무소원성세조마동었오관국면위비공우연요까데습말더러경미당때생년되내중간양거업문화물없방실했선학력분적계행할감려개네금살불와각히재강알래합산처결야교민두바체같잘못좋너저며든떻었왜뭐죠음속임';
const wideEncodings: readonly Wide[] = [
  { label: 'gb18030', usual: [0xb0, 0xd7], frequent: ofThese(simplified + cjkSigns) },
  { label: 'big5', usual: [0xa4, 0xc6], frequent: ofThese(traditional + cjkSigns) },
  { label: 'shift_jis', usual: [0x88, 0x97], frequent: ofThese(`ぁ-んァ-ヶー${cjkSigns}`) },
  { label: 'euc-jp', usual: [0xb0, 0xcf], frequent: ofThese(`ぁ-んァ-ヶー${cjkSigns}`) },
  { label: 'euc-kr', usual: [0xb0, 0xc8], frequent: ofThese(hangul + cjkSigns) },
];
/** Least likeness of a text to its encoding, of 1.5 at most: ordinary texts have more than 0.6, other bytes less than 0.2. */
const LIKENESS_MIN = 0.3;
/** Least share of ASCII in UTF-16 without a byte order mark: line ends, blanks and digits. */
const ASCII_SHARE_MIN = 0.02;

/**
 * Returns the label of the text's encoding; undefined for bytes that are no text: control characters, or likely in no
 * encoding. First a byte order mark decides, then valid UTF-8, then zero bytes (UTF-16), then how alike the characters
 * are to ordinary text in GB 18030, Big5, Shift JIS, EUC-JP, EUC-KR, Windows-1251 and Windows-1252. A text of a few
 * characters may be taken for another of these.
 */
export function encodingOf(bytes: Uint8Array, cut: Cut = {}): string | undefined {
  const marked = markOf(bytes);
  if (marked !== undefined) return isText(decode(bytes, marked, cut)) ? marked : undefined;
  const utf8 = decode(bytes, 'utf-8', cut);
  if (utf8 !== undefined && isText(utf8)) return 'utf-8';
  if (bytes.includes(0)) return utf16Of(bytes, cut);
  return utf8 === undefined && !hasControlBytes(bytes) ? legacyOf(bytes, cut) : undefined;
}

/** Returns the text without a byte order mark. Throws a TypeError for bytes that are not in this encoding. */
export function textOf(bytes: Uint8Array, label: string, { isCut = false }: Cut = {}): string {
  return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: isCut });
}

function decode(bytes: Uint8Array, label: string, cut: Cut): string | undefined {
  try {
    return textOf(bytes, label, cut);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function markOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined;
}

/** Mark that DOS put at the end of a text. */
const END_MARK = 0x1a;
const isText = (text: string | undefined): boolean =>
  text !== undefined &&
  !/[^\P{Cc}\t\n\r\f]/u.test(text.charCodeAt(text.length - 1) === END_MARK ? text.slice(0, -1) : text);
const hasControlBytes = (bytes: Uint8Array): boolean =>
  bytes.some((byte, at) => isControl(byte) && !(byte === END_MARK && at === bytes.length - 1));
const isControl = (byte: number): boolean => (byte < 0x20 && !isSpace(byte)) || byte === 0x7f;
const isSpace = (byte: number): boolean => byte === 9 || byte === 10 || byte === 12 || byte === 13;

/** Chooses the order of bytes in which more characters are ASCII; unassigned characters exclude an order. */
function utf16Of(bytes: Uint8Array, cut: Cut): string | undefined {
  const orders = ['utf-16le', 'utf-16be'].map((label) => {
    const text = decode(bytes, label, cut);
    const isPlausible = text !== undefined && isText(text) && !/[\p{Cn}\p{Co}]/u.test(text);
    return { label, share: isPlausible ? (text.match(/[\t\n\r -~]/g)?.length ?? 0) / text.length : 0 };
  });
  const [best] = orders.toSorted((a, b) => b.share - a.share);
  return best !== undefined && best.share >= ASCII_SHARE_MIN ? best.label : undefined;
}

function legacyOf(bytes: Uint8Array, cut: Cut): string | undefined {
  const likeness = [
    ...wideEncodings.map((wide) => ({ label: wide.label, share: wideLikeness(bytes, wide, cut) })),
    // Texts with quotation marks and dashes alone are alike in both: the first is taken.
    { label: 'windows-1252', share: 1.5 * narrowLikeness(decode(bytes, 'windows-1252', cut), latin) },
    { label: 'windows-1251', share: 1.5 * narrowLikeness(decode(bytes, 'windows-1251', cut), cyrillic) },
  ];
  const [best] = likeness.toSorted((a, b) => b.share - a.share);
  return best !== undefined && best.share >= LIKENESS_MIN ? best.label : undefined;
}

/** Returns the share of frequent characters and half the share of usual ones; 0 for invalid bytes. */
function wideLikeness(bytes: Uint8Array, { label, usual, frequent }: Wide, cut: Cut): number {
  const text = decode(bytes, label, cut);
  if (text === undefined) return 0;
  const characters = [...text].filter((one) => one > '\x7f');
  const frequentCount = characters.filter((one) => frequent.test(one)).length;
  let usualCount = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80 || (label === 'shift_jis' && lead > 0xa0 && lead < 0xe0)) continue;
    const trail = bytes[at + 1] ?? 0;
    // GB 2312 and the EUC encodings have no trail byte below; what GBK adds is rare.
    const isExtension = label !== 'big5' && label !== 'shift_jis' && trail < 0xa1;
    if (lead >= usual[0] && lead <= usual[1] && !isExtension) usualCount += 1;
    at += 1;
  }
  return characters.length === 0 ? 0 : (frequentCount + usualCount / 2) / characters.length;
}

/** Weight of a sign, less than of a letter: many encodings have the same signs. */
const SIGN_SHARE = 0.8;

/** Letters of an alphabet, and what else texts in it have above ASCII. */
interface Alphabet {
  readonly letter: RegExp;
  readonly signs: RegExp;
  /** Whether words have ASCII letters too. */
  readonly isLatin: boolean;
}
const signs = /[“”„‘’‚«»–—…€№§°©®·\u00a0]/u;
const cyrillic: Alphabet = { letter: /[а-яА-ЯёЁіІїЇєЄґҐўЎ]/u, signs, isLatin: false };
const latin: Alphabet = {
  letter: /[à-öø-ÿÀ-ÖØ-ÝßœŒšŠžŽŸ]/u,
  signs: /[“”„‘’‚«»–—…€§°©®·¿¡£ªº½²³´\u00a0]/u,
  isLatin: true,
};

/** Returns the average of the characters above ASCII: 1 for a letter where a word has one, less than 0 for others. */
function narrowLikeness(text: string | undefined, alphabet: Alphabet): number {
  const { signs: usualSigns } = alphabet;
  let sum = 0;
  let count = 0;
  for (const [word] of (text ?? '').matchAll(/[a-z0-9\u0080-\uffff]+/gi)) {
    const foreign = [...word].filter((one) => one > '\x7f');
    count += foreign.length;
    const letters = foreign.filter((one) => !usualSigns.test(one)).join('');
    const isOrdinary = isWord(letters, { alphabet, hasAscii: /[a-z]/i.test(word) });
    sum += (foreign.length - letters.length) * SIGN_SHARE + letters.length * (isOrdinary ? 1 : -1);
  }
  return count === 0 ? 0 : sum / count;
}

/** A word has a capital at its beginning, or is all capitals; one with ASCII letters has few others. */
function isWord(letters: string, o: { readonly alphabet: Alphabet; readonly hasAscii: boolean }): boolean {
  const { letter, isLatin } = o.alphabet;
  if (![...letters].every((one) => letter.test(one))) return false;
  if (isLatin) return letters.length <= (o.hasAscii ? 4 : 1);
  return !o.hasAscii && (/^\p{Lu}?\p{Ll}*$/u.test(letters) || /^\p{Lu}+$/u.test(letters));
}
