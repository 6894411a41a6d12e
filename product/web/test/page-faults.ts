// Faults of a rendered page that a machine can find. The function runs inside the page, so everything that it calls is
// inside it.

/**
 * Returns the faults of the page that runs it: content wider than the window, text cut off without an ellipsis and a
 * title, covered buttons, and text whose contrast is under the AA level of WCAG (4.5; 3 for large text). Text over
 * pictures, and text of disabled controls, is not measured.
 */
export function findFaults(): string[] {
  const faults: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth)
    faults.push(`the page is ${root.scrollWidth - root.clientWidth} px wider than its window`);
  const top = document.querySelector('dialog[open]') ?? document.querySelector('[aria-modal=true]') ?? document;
  for (const element of top.querySelectorAll<HTMLElement | SVGElement>('body *, dialog *, [aria-modal=true] *')) {
    const box = element.getBoundingClientRect();
    // Elements in a closed menu keep their boxes; hidden text for screen readers is 1 px wide.
    if (box.width <= 1 || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    // A link to skip to the contents is clipped away until it has the focus.
    if (element.closest('.visually-hidden') !== null || style.clipPath === 'inset(50%)') continue;
    const name = `${element.tagName.toLowerCase()} "${(element.textContent ?? '').trim().slice(0, 40)}"`;
    if (element instanceof HTMLElement) faults.push(...layoutFaults(element, { box, style, name }));
    if (hasText(element)) faults.push(...contrastFaults(element, { style, name }));
  }
  return [...new Set(faults)];

  function layoutFaults(element: HTMLElement, o: { box: DOMRect; style: CSSStyleDeclaration; name: string }): string[] {
    const { box, style, name } = o;
    const found: string[] = [];
    const isCut = element.scrollWidth > element.clientWidth + 1 && style.overflowX !== 'visible' && hasText(element);
    const isScrolled = style.overflowX === 'auto' || style.overflowX === 'scroll';
    if (isCut && !isScrolled && !(style.textOverflow === 'ellipsis' && element.closest('[title]') !== null))
      found.push(`${name} is cut off${style.textOverflow === 'ellipsis' ? ', without a title' : ''}`);
    if (element.tagName !== 'BUTTON' || style.pointerEvents === 'none' || box.bottom > innerHeight || box.top < 0)
      return found;
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    // An open menu lies over the page on purpose.
    if (hit !== null && !element.contains(hit) && !hit.contains(element) && hit.closest('details[open]') === null)
      found.push(`${name} is covered by ${hit.tagName.toLowerCase()}.${hit.getAttribute('class') ?? ''}`);
    if (box.left < 0 || box.right > innerWidth) found.push(`${name} stands outside the window`);
    return found;
  }

  function contrastFaults(element: Element, o: { style: CSSStyleDeclaration; name: string }): string[] {
    if (element.closest(':disabled, [aria-disabled=true], [inert]') !== null) return [];
    const colour = rgba(element instanceof SVGElement ? o.style.fill : o.style.color);
    const ground = groundOf(element);
    if (ground === undefined || colour === undefined) return [];
    const contrast = contrastOf(blend(colour, ground, opacityOf(element)), ground);
    const sizePx = Number.parseFloat(o.style.fontSize);
    const isLarge = sizePx >= 24 || (sizePx >= 18.66 && Number(o.style.fontWeight) >= 700);
    if (contrast >= (isLarge ? 3 : 4.5)) return [];
    return [`${o.name} has a contrast of ${contrast.toFixed(2)}`];
  }

  /** Returns the colour behind an element's text; undefined over a picture, a gradient or another layer. */
  function groundOf(element: Element): number[] | undefined {
    const layers: { colour: number[]; opacity: number }[] = [];
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none' || at instanceof SVGSVGElement) return undefined;
      const colour = rgba(style.backgroundColor);
      if (colour === undefined) return undefined;
      if (colour[3] === 0) {
        // A sibling under a positioned element may be a picture or a surface with a colour of its own.
        if (at !== document.documentElement && (style.position === 'absolute' || style.position === 'fixed'))
          return undefined;
        continue;
      }
      layers.push({ colour, opacity: opacityOf(at) });
      if (colour[3] === 1) break;
      if (style.position === 'absolute' || style.position === 'fixed') return undefined;
    }
    return layers.reduceRight<number[] | undefined>(
      (ground, { colour, opacity }) => (ground === undefined ? colour : blend(colour, ground, opacity)),
      undefined,
    );
  }

  function opacityOf(element: Element): number {
    let opacity = 1;
    for (let at: Element | null = element; at !== null; at = at.parentElement)
      opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  }

  /** Returns red, green and blue from 0 to 255 and alpha from 0 to 1; undefined for a paint that is no colour. */
  function rgba(colour: string): number[] | undefined {
    const numbers = [...colour.matchAll(/[\d.]+(?:e-\d+)?/g)].map(Number);
    const [red = 0, green = 0, blue = 0, alpha = 1] = numbers;
    if (colour.startsWith('rgb')) return [red, green, blue, alpha];
    if (colour.startsWith('color(srgb')) return [red * 255, green * 255, blue * 255, alpha];
    return undefined;
  }

  function blend(upper: number[], lower: number[], opacity: number): number[] {
    const alpha = (upper[3] ?? 1) * opacity;
    return [0, 1, 2].map((at) => (upper[at] ?? 0) * alpha + (lower[at] ?? 0) * (1 - alpha)).concat(1);
  }

  function contrastOf(one: number[], other: number[]): number {
    const [bright = 0, dim = 0] = [one, other].map(luminanceOf).sort((a, b) => b - a);
    return (bright + 0.05) / (dim + 0.05);
  }

  function luminanceOf(colour: number[]): number {
    const [red = 0, green = 0, blue = 0] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function hasText(element: Element): boolean {
    return [...element.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim() !== '');
  }
}
