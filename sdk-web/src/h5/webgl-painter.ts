import { planeSizes } from './core/planes.ts';
import type { DecodedPicture } from './decoding.ts';

const vertexShader = `
attribute vec2 corner;
varying vec2 place;
void main() {
  place = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(2.0 * corner - 1.0, 0.0, 1.0);
}`;
/** Converts colours like core/rgb.ts (ITU-R BT.601, 16 to 235). */
const fragmentShader = `
precision mediump float;
varying vec2 place;
uniform sampler2D luma, cb, cr;
void main() {
  float y = 1.164383 * (texture2D(luma, place).r - 0.0627451);
  float b = texture2D(cb, place).r - 0.5019608;
  float r = texture2D(cr, place).r - 0.5019608;
  gl_FragColor = vec4(y + 1.596027 * r, y - 0.391762 * b - 0.812968 * r, y + 2.017232 * b, 1.0);
}`;
const samplers = ['luma', 'cb', 'cr'] as const;

/** `Painter` with WebGL. Sets up a context again that the system took away and gave back. */
export class WebGlPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGLRenderingContext;
  readonly #lost = (event: Event): void => event.preventDefault();
  readonly #restored = (): void => this.#setUp();

  constructor(canvas: HTMLCanvasElement, gl: WebGLRenderingContext) {
    this.#canvas = canvas;
    this.#gl = gl;
    canvas.addEventListener('webglcontextlost', this.#lost);
    canvas.addEventListener('webglcontextrestored', this.#restored);
    this.#setUp();
  }

  paint({ planes, width, height }: DecodedPicture): void {
    const gl = this.#gl;
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    gl.viewport(0, 0, width, height);
    const { luma, chroma } = planeSizes(width, height);
    let at = 0;
    for (const [unit, size] of [luma, chroma, chroma].entries()) {
      const plane = planes.subarray(at, at + size.width * size.height);
      at += plane.length;
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.texImage2D(
        ...([gl.TEXTURE_2D, 0, gl.LUMINANCE, size.width, size.height, 0] as const),
        ...([gl.LUMINANCE, gl.UNSIGNED_BYTE, plane] as const),
      );
    }
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  close(): void {
    this.#canvas.removeEventListener('webglcontextlost', this.#lost);
    this.#canvas.removeEventListener('webglcontextrestored', this.#restored);
  }

  #setUp(): void {
    const gl = this.#gl;
    const program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, vertexShader],
      [gl.FRAGMENT_SHADER, fragmentShader],
    ] as const) {
      const shader = gl.createShader(type);
      if (shader === null) return; // the context is lost again
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1), gl.STATIC_DRAW);
    const corner = gl.getAttribLocation(program, 'corner');
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    for (const [unit, name] of samplers.entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
      for (const [key, value] of [
        [gl.TEXTURE_MIN_FILTER, gl.LINEAR],
        [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
        [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
        [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
      ] as const)
        gl.texParameteri(gl.TEXTURE_2D, key, value);
      gl.uniform1i(gl.getUniformLocation(program, name), unit);
    }
  }
}
