import { drawPicture, type PictureName, pictureNames } from '@meridian/sdk-web/effects';
import { CircleSlash2, ImagePlus, LoaderCircle, TriangleAlert, UserRound } from 'lucide-react';
import {
  type ChangeEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { type BackgroundChoice, backgrounds, type EffectsModel } from '../core/effects.ts';
import { type EffectWord, effectWords } from '../core/messages/effects.ts';
import type { EffectsHandle, EffectsSwitches } from './actions.ts';
import { useLanguage } from './language.tsx';
import '../styles/effects.css';
import { useAnswer } from './use-answer.ts';

interface PanelProps {
  effects: EffectsSwitches;
  can: { readonly background: boolean; readonly noise: boolean };
}

export default function EffectsPanel({ effects, can }: PanelProps) {
  const load = useCallback(() => effects.load(), [effects]);
  const { value: handle } = useAnswer(load);
  return handle === undefined ? null : <Switches handle={handle} can={can} />;
}

function Switches({ handle, can }: { handle: EffectsHandle; can: PanelProps['can'] }) {
  const model = useSyncExternalStore(handle.store.subscribe, handle.store.get);
  return (
    <div className="effects-panel grid gap-2 min-w-0 m-0 p-0 border-0">
      {can.background ? <Backgrounds model={model} handle={handle} /> : null}
      {can.noise ? <Noise model={model} handle={handle} /> : null}
    </div>
  );
}

function useEffectWords(): (word: EffectWord) => string {
  const { language } = useLanguage();
  return (word) => effectWords[language][word];
}

function Backgrounds({ model, handle }: { model: EffectsModel; handle: EffectsHandle }) {
  const say = useEffectWords();
  const name = useId();
  const file = useRef<HTMLInputElement>(null);
  const chosen = (event: ChangeEvent<HTMLInputElement>): void => {
    const [image] = event.target.files ?? [];
    event.target.value = ''; // so that the same file can be chosen again
    if (image !== undefined) void handle.chooseImage(image);
  };
  const open = (): void => file.current?.click();
  const hasImage = model.ownImage !== undefined;
  return (
    <fieldset className="effects-group grid gap-2 min-w-0 m-0 p-0 border-0">
      <legend className="field-label">{say('background')}</legend>
      <div className="background-choices grid">
        {backgrounds
          .filter((choice) => choice !== 'own' || hasImage)
          .map((choice) => (
            <label
              key={choice}
              className="background-choice grid gap-4px content-start min-w-0 p-0 border-0 bg-none pointer"
              data-testid={`background-${choice}`}
            >
              <input
                type="radio"
                name={name}
                checked={model.background === choice}
                onChange={() => void handle.choose(choice)}
                // After a background stopped by itself, "None" is already checked; a click must still cancel the retry.
                onClick={() => model.background === choice && model.problem && void handle.choose(choice)}
              />
              <span
                className="background-sample grid place-center overflow-hidden bg-raised text-soft rounded-s"
                data-choice={choice}
                aria-hidden="true"
              >
                <Sample choice={choice} ownImage={model.ownImage} />
              </span>
              <span className="background-name text-soft text-center">{say(`background.${choice}`)}</span>
            </label>
          ))}
        {hasImage ? null : (
          <button
            type="button"
            className="background-choice grid gap-4px content-start min-w-0 p-0 border-0 bg-none pointer"
            data-testid="background-add"
            onClick={open}
          >
            <span className="background-sample grid place-center overflow-hidden bg-raised text-soft rounded-s">
              <ImagePlus size={20} aria-hidden="true" />
            </span>
            <span className="background-name text-soft text-center">{say('addImage')}</span>
          </button>
        )}
      </div>
      <input ref={file} type="file" accept="image/*" hidden onChange={chosen} data-testid="background-file" />
      {hasImage ? (
        <button type="button" className="button small quiet" onClick={open}>
          {say('changeImage')}
        </button>
      ) : null}
      <Status part="background" model={model} />
    </fieldset>
  );
}

function Sample({ choice, ownImage }: { choice: BackgroundChoice; ownImage: Blob | undefined }): ReactNode {
  if (choice === 'none') return <CircleSlash2 size={20} aria-hidden="true" />;
  if (choice === 'slight' || choice === 'strong') return <UserRound size={26} aria-hidden="true" />;
  if (choice !== 'own') return <DrawnSample name={choice} />;
  return ownImage === undefined ? null : <OwnSample image={ownImage} />;
}

/** Twice the displayed size, for high-density screens. */
const sampleSize = { width: 208, height: 117 } as const;

function DrawnSample({ name }: { name: PictureName }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (pictureNames.includes(name))
      ref.current?.getContext('bitmaprenderer')?.transferFromImageBitmap(drawPicture(name, sampleSize));
  }, [name]);
  return (
    <span className="video-box cover">
      <canvas ref={ref} {...sampleSize} />
    </span>
  );
}

function OwnSample({ image }: { image: Blob }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const newUrl = URL.createObjectURL(image);
    setUrl(newUrl);
    return () => URL.revokeObjectURL(newUrl);
  }, [image]);
  return url === undefined ? null : (
    <span className="video-box cover">
      <img src={url} alt="" />
    </span>
  );
}

function Noise({ model, handle }: { model: EffectsModel; handle: EffectsHandle }) {
  const say = useEffectWords();
  const hint = useId();
  return (
    <div className="effects-group grid gap-2 min-w-0 m-0 p-0 border-0">
      <label className="effects-switch in-row justify-between gap-4 min-h-44 pointer">
        <span>
          <span className="weight-600">{say('noise')}</span>
          <span id={hint} className="field-hint">
            {say('noiseHint')}
          </span>
        </span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={model.noise}
          aria-describedby={hint}
          checked={model.noise}
          onChange={(event) => void handle.setNoise(event.target.checked)}
          data-testid="noise"
        />
      </label>
      <Status part="noise" model={model} />
    </div>
  );
}

/** Progress, or why the effect is off. The element always exists, so that screen readers announce changes. */
function Status({ part, model }: { part: 'background' | 'noise'; model: EffectsModel }) {
  const say = useEffectWords();
  const isOn = part === 'noise' ? model.noise : model.background !== 'none';
  const problem = model.problem?.part === part ? problemWord(part, model.problem.code) : undefined;
  return (
    <p
      className={
        problem === undefined
          ? 'effects-status in-row gap-6px m-0 text-soft text-s'
          : 'effects-status in-row gap-6px m-0 text-soft text-s bad'
      }
      role="status"
    >
      {problem === undefined ? null : <TriangleAlert size={15} aria-hidden="true" />}
      {problem === undefined ? null : say(problem)}
      {model.starting === part && isOn ? (
        <>
          <LoaderCircle size={15} className="spinner" aria-hidden="true" />
          {say(part === 'noise' ? 'startingNoise' : 'starting')}
        </>
      ) : null}
    </p>
  );
}

function problemWord(part: 'background' | 'noise', code: string): EffectWord {
  if (code === 'IMAGE_INVALID') return 'imageInvalid';
  return code === 'EFFECT_TOO_SLOW' ? `slow.${part}` : `failed.${part}`;
}
