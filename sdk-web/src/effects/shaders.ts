// Shaders of the compositor. Textures have their first line at v = 0, so the output to the canvas is flipped.

export const vertexShader = `#version 300 es
in vec2 place;
uniform float turned;
out vec2 at;
void main() {
  at = place * 0.5 + 0.5;
  if (turned > 0.5) at.y = 1.0 - at.y;
  gl_Position = vec4(place, 0.0, 1.0);
}`;

const head = `#version 300 es
precision highp float;
in vec2 at;
out vec4 color;
`;

/** Shrinks the picture. Colours of the person get little weight, so that no glow remains in the blurred background. */
export const shrinkShader = `${head}
uniform sampler2D picture;
uniform sampler2D mask;
uniform vec2 stride;
void main() {
  vec4 sum = vec4(0.0);
  for (int i = 0; i < 4; i++) {
    vec2 there = at + stride * (vec2(i & 1, i >> 1) - 0.5);
    float weight = max(1.0 - smoothstep(0.1, 0.6, texture(mask, there).r), 0.004);
    sum += vec4(texture(picture, there).rgb * weight, weight);
  }
  color = sum / 4.0;
}`;

/** Gaussian blur in one direction. `stride`: distance of two points; `reach`: number of points on each side. */
export const blurShader = `${head}
uniform sampler2D picture;
uniform vec2 stride;
uniform float reach;
void main() {
  vec4 sum = texture(picture, at);
  float weights = 1.0;
  float slope = -2.0 / (reach * reach);
  for (float i = 1.0; i <= 24.0; i += 1.0) {
    if (i > reach) break;
    float weight = exp(slope * i * i);
    sum += weight * (texture(picture, at + stride * i) + texture(picture, at - stride * i));
    weights += 2.0 * weight;
  }
  color = sum / weights;
}`;

/** Puts the person over the background. The mask is coarse, so five samples of it soften an edge. */
export const composeShader = `${head}
uniform sampler2D picture;
uniform sampler2D mask;
uniform sampler2D background;
uniform vec2 stride;
uniform vec2 scale;
uniform float weighted;
void main() {
  float person = 0.4 * texture(mask, at).r + 0.15 * (
    texture(mask, at + vec2(stride.x, 0.0)).r + texture(mask, at - vec2(stride.x, 0.0)).r +
    texture(mask, at + vec2(0.0, stride.y)).r + texture(mask, at - vec2(0.0, stride.y)).r);
  vec4 behind = texture(background, (at - 0.5) * scale + 0.5);
  vec3 away = weighted > 0.5 ? behind.rgb / max(behind.a, 0.004) : behind.rgb;
  color = vec4(mix(away, texture(picture, at).rgb, smoothstep(0.25, 0.75, person)), 1.0);
}`;
