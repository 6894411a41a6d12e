// Puts a person in front of a background, another picture or the blurred original, on a WebGL 2 canvas.
import type { BackgroundOrder } from './background-orders.ts';
import type { Mask } from './segmenter.ts';
import { blurShader, composeShader, shrinkShader, vertexShader } from './shaders.ts';

/** The picture is reduced by this factor for the blur, because blurred detail is no finer. */
const shrinkFactor = 4;
/** Rounds of the blur: two rounds of a short reach look like one of a long reach, and read fewer points. */
const blurRounds = 2;

export interface FrameCompositor {
  readonly canvas: OffscreenCanvas;
  readonly isLost: boolean;
  setBackground(background: BackgroundOrder): void;
  /** Takes the next picture; returns the cheapest source to read it from until `draw`. */
  take(picture: VideoFrame | ImageBitmap): VideoFrame | ImageBitmap | OffscreenCanvas;
  /** Draws the taken picture. Afterwards the canvas has the result, in the picture's size. */
  draw(mask: Mask): void;
  close(): void;
}

interface Target {
  readonly texture: WebGLTexture;
  readonly frame: WebGLFramebuffer;
}
type Uniforms = Readonly<Record<string, number | readonly [number, number]>>;

export class Compositor implements FrameCompositor {
  readonly canvas = new OffscreenCanvas(2, 2);
  readonly #gl: WebGL2RenderingContext;
  readonly #programs: Readonly<Record<'shrink' | 'blur' | 'compose', WebGLProgram>>;
  readonly #picture: WebGLTexture;
  readonly #mask: WebGLTexture;
  readonly #image: WebGLTexture;
  #small: readonly [Target, Target];
  #background: BackgroundOrder;

  /** Throws Error without WebGL 2. */
  constructor(background: BackgroundOrder) {
    const gl = this.canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false });
    if (gl === null) throw new Error('no WebGL 2');
    this.#gl = gl;
    this.#programs = {
      shrink: programOf(gl, shrinkShader),
      blur: programOf(gl, blurShader),
      compose: programOf(gl, composeShader),
    };
    const corners = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, corners);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    this.#picture = textureOf(gl);
    this.#mask = textureOf(gl);
    this.#image = textureOf(gl);
    this.#small = [targetOf(gl, 1, 1), targetOf(gl, 1, 1)];
    this.#background = background;
    this.setBackground(background);
  }

  setBackground(background: BackgroundOrder): void {
    const gl = this.#gl;
    if (this.#background !== background && this.#background.kind === 'image') this.#background.image.close();
    this.#background = background;
    if (background.kind !== 'image') return;
    gl.bindTexture(gl.TEXTURE_2D, this.#image);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, background.image);
  }

  take(picture: VideoFrame | ImageBitmap): VideoFrame | ImageBitmap {
    const gl = this.#gl;
    const { width, height } = sizeOf(picture);
    this.#resize(width, height);
    gl.bindTexture(gl.TEXTURE_2D, this.#picture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    return picture;
  }

  draw(mask: Mask): void {
    const gl = this.#gl;
    const { width, height } = this.canvas;
    gl.bindTexture(gl.TEXTURE_2D, this.#mask);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, mask.width, mask.height, 0, gl.RED, gl.UNSIGNED_BYTE, mask.bytes);
    const background = this.#background;
    const backgroundTexture =
      background.kind === 'blur' ? this.#blurred(background.radius, width, height) : this.#image;
    const scale = background.kind === 'blur' ? ([1, 1] as const) : coverScale({ width, height }, background.image);
    const uniforms = {
      turned: 1,
      stride: [1 / mask.width, 1 / mask.height],
      scale,
      weighted: background.kind === 'blur' ? 1 : 0,
    } as const;
    const textures = { picture: this.#picture, mask: this.#mask, background: backgroundTexture };
    this.#pass(this.#programs.compose, { width, height, frame: null }, textures, uniforms);
  }

  close(): void {
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  get isLost(): boolean {
    return this.#gl.isContextLost();
  }

  #blurred(radius: number, width: number, height: number): WebGLTexture {
    const small = { width: Math.ceil(width / shrinkFactor), height: Math.ceil(height / shrinkFactor) };
    const [firstBuffer, secondBuffer] = this.#small;
    const textures = { picture: this.#picture, mask: this.#mask };
    const stride = [2 / width, 2 / height] as const; // two points on each side, averaged in pairs
    this.#pass(this.#programs.shrink, { ...small, frame: firstBuffer.frame }, textures, { stride });
    // A Gaussian is near zero at twice its standard deviation.
    const reach = Math.max(1, (2 * radius * small.height) / Math.sqrt(blurRounds));
    for (let round = 0; round < blurRounds; round += 1) {
      const across = { stride: [1 / small.width, 0] as const, reach };
      this.#pass(
        this.#programs.blur,
        { ...small, frame: secondBuffer.frame },
        { picture: firstBuffer.texture },
        across,
      );
      const down = { stride: [0, 1 / small.height] as const, reach };
      this.#pass(this.#programs.blur, { ...small, frame: firstBuffer.frame }, { picture: secondBuffer.texture }, down);
    }
    return firstBuffer.texture;
  }

  #pass(
    program: WebGLProgram,
    to: { width: number; height: number; frame: WebGLFramebuffer | null },
    textures: Readonly<Record<string, WebGLTexture>>,
    uniforms: Uniforms,
  ): void {
    const gl = this.#gl;
    gl.useProgram(program);
    gl.bindFramebuffer(gl.FRAMEBUFFER, to.frame);
    gl.viewport(0, 0, to.width, to.height);
    for (const [unit, [name, texture]] of Object.entries(textures).entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(gl.getUniformLocation(program, name), unit);
    }
    gl.activeTexture(gl.TEXTURE0);
    gl.uniform1f(gl.getUniformLocation(program, 'turned'), 0);
    for (const [name, value] of Object.entries(uniforms)) {
      const location = gl.getUniformLocation(program, name);
      if (typeof value === 'number') gl.uniform1f(location, value);
      else gl.uniform2f(location, ...value);
    }
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  #resize(width: number, height: number): void {
    const gl = this.#gl;
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    for (const { texture, frame } of this.#small) {
      gl.deleteFramebuffer(frame);
      gl.deleteTexture(texture);
    }
    const [smallWidth, smallHeight] = [Math.ceil(width / shrinkFactor), Math.ceil(height / shrinkFactor)];
    this.#small = [targetOf(gl, smallWidth, smallHeight), targetOf(gl, smallWidth, smallHeight)];
  }
}

/** Returns true when a graphics card renders WebGL, false when the processor emulates it. */
export function isWebGlFast(): boolean {
  const context = new OffscreenCanvas(1, 1).getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (context === null) return false;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = context.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !isEmulation(String(renderer));
}

/** Returns true for the names of the software renderers of Chromium, Mesa, Apple and Windows. */
export const isEmulation = (renderer: string): boolean =>
  /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);

export function sizeOf(picture: VideoFrame | ImageBitmap): { width: number; height: number } {
  if ('displayWidth' in picture) return { width: picture.displayWidth, height: picture.displayHeight };
  return { width: picture.width, height: picture.height };
}

/** Returns the visible shares of the image's width and height when it fills the picture undistorted. */
export function coverScale(
  picture: { readonly width: number; readonly height: number },
  image: { readonly width: number; readonly height: number },
): readonly [number, number] {
  const wider = (picture.width * image.height) / (picture.height * image.width);
  return wider >= 1 ? [1, 1 / wider] : [wider, 1];
}

function programOf(gl: WebGL2RenderingContext, source: string): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, source],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) throw new Error('no shader');
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.bindAttribLocation(program, 0, 'place');
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'no program');
  return program;
}

function textureOf(gl: WebGL2RenderingContext): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  for (const size of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, size, gl.LINEAR);
  return texture;
}

function targetOf(gl: WebGL2RenderingContext, width: number, height: number): Target {
  const texture = textureOf(gl);
  // Colours of the person weigh so little that bytes would round them to black, which shows where the mask is unsure.
  const isFine = gl.getExtension('EXT_color_buffer_float') !== null;
  if (isFine) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA16F, width, height, 0, gl.RGBA, gl.HALF_FLOAT, null);
  else gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  return { texture, frame };
}
