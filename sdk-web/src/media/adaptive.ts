// Adaptive stream: watches size and visibility of the elements of remote video tracks and updates each publication.
// core/layers.ts decides. One instance per room.
import { preferenceOf, type ShownElement } from '../core/layers.ts';
import type { RemoteTrackPublication } from '../tracks/remote-publication.ts';
import type { RemoteTrack } from '../tracks/remote-track.ts';

interface Watched {
  readonly publication: RemoteTrackPublication;
  readonly track: RemoteTrack;
  readonly added: (element: HTMLMediaElement) => void;
  readonly gone: (element: HTMLMediaElement) => void;
}

export class AdaptiveStream {
  readonly #watched = new Map<RemoteTrack, Watched>();
  readonly #onScreen = new WeakMap<Element, boolean>();
  readonly #resizes = new ResizeObserver((entries) => this.#changed(entries.map((entry) => entry.target)));
  readonly #crossings = new IntersectionObserver((entries) => {
    for (const entry of entries) this.#onScreen.set(entry.target, entry.isIntersecting);
    this.#changed(entries.map((entry) => entry.target));
  });
  readonly #pageChanged = (): void => {
    for (const watched of this.#watched.values()) this.#updatePreference(watched);
  };

  constructor() {
    document.addEventListener('visibilitychange', this.#pageChanged);
    document.addEventListener('enterpictureinpicture', this.#pageChanged, true);
    document.addEventListener('leavepictureinpicture', this.#pageChanged, true);
  }

  /** Requests nothing before the first element is attached, because a page may use the MediaStreamTrack itself. */
  watch(track: RemoteTrack, publication: RemoteTrackPublication): void {
    if (track.kind !== 'video' || this.#watched.has(track)) return;
    const added = (element: HTMLMediaElement): void => {
      this.#resizes.observe(element);
      this.#crossings.observe(element);
      // The observers of a hidden page sleep, even while another window of the page is visible.
      const watched = isInOtherWindow(element) ? this.#watched.get(track) : undefined;
      if (watched !== undefined) this.#updatePreference(watched);
    };
    const onDetached = (element: HTMLMediaElement): void => {
      this.#resizes.unobserve(element);
      this.#crossings.unobserve(element);
      const watched = this.#watched.get(track);
      if (watched !== undefined) this.#updatePreference(watched);
    };
    track.on('elementAttached', added).on('elementDetached', onDetached);
    for (const element of track.attachedElements) added(element);
    this.#watched.set(track, { publication, track, added, gone: onDetached });
  }

  unwatch(track: RemoteTrack): void {
    const watched = this.#watched.get(track);
    if (watched === undefined) return;
    this.#watched.delete(track);
    track.off('elementAttached', watched.added).off('elementDetached', watched.gone);
    for (const element of track.attachedElements) {
      this.#resizes.unobserve(element);
      this.#crossings.unobserve(element);
    }
  }

  close(): void {
    for (const track of [...this.#watched.keys()]) this.unwatch(track);
    this.#resizes.disconnect();
    this.#crossings.disconnect();
    document.removeEventListener('visibilitychange', this.#pageChanged);
    document.removeEventListener('enterpictureinpicture', this.#pageChanged, true);
    document.removeEventListener('leavepictureinpicture', this.#pageChanged, true);
  }

  #changed(elements: readonly Element[]): void {
    for (const watched of this.#watched.values()) {
      if (watched.track.attachedElements.some((element) => elements.includes(element))) this.#updatePreference(watched);
    }
  }

  #updatePreference({ track, publication }: Watched): void {
    const pictureInPicture = document.pictureInPictureElement;
    const elements = track.attachedElements;
    const isFloating = (element: HTMLMediaElement): boolean => element === pictureInPicture || isInOtherWindow(element);
    const preference = preferenceOf({
      elements: elements.map((element) => this.#shown(element, isFloating(element))),
      devicePixelRatio: window.devicePixelRatio,
      pageVisible: document.visibilityState === 'visible' || elements.some(isFloating),
      layers: publication.layers,
      present: publication.preference.spatialLayer,
    });
    publication.setAdaptivePreference(preference);
  }

  #shown(element: HTMLMediaElement, floating: boolean): ShownElement {
    return {
      widthCssPx: element.clientWidth,
      heightCssPx: element.clientHeight,
      visible: floating || this.#onScreen.get(element) === true,
      cover: getComputedStyle(element).objectFit === 'cover',
    };
  }
}

/**
 * Returns whether an element is in another window (Document Picture-in-Picture), which a hidden page may still show.
 */
const isInOtherWindow = (element: Element): boolean => element.ownerDocument !== document;
