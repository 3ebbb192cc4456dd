// Draws the 3D view: one program, one draw call of instanced quads, one texture with all values.

import { PALETTES, rgbOf, table } from './palette.js';

export const KIND = { card: 0, shadow: 1, face: 2, line: 3 };

/** Floats of one quad: four corners, then local box, atlas box, style, colour, rest. */
export const STRIDE = 32;
const ATTRIBUTES = [3, 3, 3, 3, 4, 4, 4, 4, 4];

const VERTEX = `#version 300 es
precision highp float;
layout(location=0) in vec3 corner0;
layout(location=1) in vec3 corner1;
layout(location=2) in vec3 corner2;
layout(location=3) in vec3 corner3;
layout(location=4) in vec4 local;
layout(location=5) in vec4 atlas;
layout(location=6) in vec4 style;
layout(location=7) in vec4 colour;
layout(location=8) in vec4 rest;
uniform mat4 camera;
uniform vec2 size;
out vec2 p;
flat out vec4 vAtlas, vStyle, vColour, vRest;

void main() {
  vec2 k = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vAtlas = atlas; vStyle = style; vColour = colour; vRest = rest;
  if (rest.x == 3.0) {
    // A line is widened in the picture, so that it is equally thick everywhere.
    vec4 a = camera * vec4(corner0, 1.0), b = camera * vec4(corner1, 1.0);
    vec2 from = a.xy / a.w, to = b.xy / b.w, along = (to - from) * size * 0.5;
    float far = length(along), reach = rest.w * 0.5 + 1.0;
    vec2 n = far > 1e-4 ? along / far : vec2(1.0, 0.0);
    vec2 away = (vec2(-n.y, n.x) * (k.y * 2.0 - 1.0) + n * (k.x * 2.0 - 1.0)) * reach;
    gl_Position = vec4(mix(from, to, k.x) + 2.0 * away / size, 0.0, 1.0);
    p = vec2(k.x < 0.5 ? -reach : far + reach, (k.y * 2.0 - 1.0) * reach);
    vStyle.x = far;
    return;
  }
  vec3 place = k.y < 0.5 ? (k.x < 0.5 ? corner0 : corner1) : (k.x < 0.5 ? corner2 : corner3);
  gl_Position = camera * vec4(place, 1.0);
  p = mix(local.xy, local.zw, k);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2D;
in vec2 p;
flat in vec4 vAtlas, vStyle, vColour, vRest;
uniform sampler2D values, palettes;
uniform vec3 cardColour;
out vec4 result;

float roundBox(vec2 q, vec2 half_, float radius) {
  vec2 d = abs(q) - half_ + radius;
  return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0) - radius;
}

// The colour at a place of a card, in cells; the mat's colour beside them.
vec3 cellColour(vec2 q, vec2 gap) {
  if (q.x < 0.0 || q.y < 0.0 || q.x >= vAtlas.z || q.y >= vAtlas.w) return cardColour;
  float v = texelFetch(values, ivec2(vAtlas.xy + floor(q)), 0).r;
  if (v < -1e29) return cardColour;
  float u = clamp(v * vStyle.x + vStyle.y, 0.0, 1.0);
  vec3 rgb = textureLod(palettes, vec2((u * 255.0 + 0.5) / 256.0, vStyle.z), 0.0).rgb;
  vec2 f = abs(fract(q) - 0.5);
  float edge = any(greaterThan(f, 0.5 - gap)) ? 1.0 : 0.0;
  return mix(rgb, cardColour, edge * vStyle.w);
}

vec4 card() {
  vec2 dx = dFdx(p), dy = dFdy(p);
  vec2 pixel = max(abs(dx) + abs(dy), vec2(1e-6));
  float away = roundBox(p - 0.5 * vAtlas.zw, 0.5 * vAtlas.zw + vRest.z, vRest.y);
  float unit = max(length(vec2(dFdx(away), dFdy(away))), 1e-6);
  // Lines between cells appear once there is room for them.
  float room = smoothstep(1.0 / 9.0, 1.0 / 15.0, max(pixel.x, pixel.y));
  vec2 gap = max(vec2(vRest.w), 0.4 * pixel * room);
  vec2 a = 0.125 * dx + 0.375 * dy, b = 0.375 * dx - 0.125 * dy;
  vec3 rgb = cellColour(p + a, gap) + cellColour(p - a, gap)
    + cellColour(p + b, gap) + cellColour(p - b, gap);
  float border = smoothstep(-1.9, -0.9, away / unit);
  return vec4(mix(rgb * 0.25, vColour.rgb, border * vColour.a), clamp(0.5 - away / unit, 0.0, 1.0));
}

void main() {
  vec4 c;
  if (vRest.x == 0.0) c = card();
  else if (vRest.x == 1.0) {
    float away = roundBox(p, vAtlas.zw, vRest.y);
    float s = 1.0 - smoothstep(-vRest.z, vRest.z, away);
    c = vec4(vColour.rgb, vColour.a * s * s);
  } else if (vRest.x == 2.0) c = vec4(vColour.rgb, vColour.a * mix(1.0, vStyle.x, p.y));
  else {
    float away = length(vec2(p.x - clamp(p.x, 0.0, vStyle.x), p.y));
    c = vec4(vColour.rgb, vColour.a * clamp(0.5 * vRest.w + 0.5 - away, 0.0, 1.0));
  }
  result = vec4(c.rgb * c.a, c.a);
}`;

function compile(gl, type, source) {
  const shader = gl.createShader(type);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

function link(gl) {
  const program = gl.createProgram();
  gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, compile(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`3D view: ${gl.getProgramInfoLog(program)}`);
  return program;
}

function makeTexture(gl, unit, filter) {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, name, filter);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return texture;
}

function makeInstances(gl) {
  const buffer = gl.createBuffer(), array = gl.createVertexArray();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  let offset = 0;
  ATTRIBUTES.forEach((size, i) => {
    gl.enableVertexAttribArray(i);
    gl.vertexAttribPointer(i, size, gl.FLOAT, false, 4 * STRIDE, offset);
    gl.vertexAttribDivisor(i, 1);
    offset += 4 * size;
  });
  return { buffer, array };
}

function paletteRows(dark) {
  const rows = new Uint8Array(PALETTES.length * 256 * 4).fill(255);
  PALETTES.forEach((name, row) => {
    const colours = table(name, dark);
    for (let i = 0; i < 256; i++) rows.set(colours.subarray(3 * i, 3 * i + 3), 4 * (256 * row + i));
  });
  return rows;
}

/** The palette's place in the texture of palettes. */
export const paletteRow = (name) => (PALETTES.indexOf(name) + 0.5) / PALETTES.length;

/** A renderer on the canvas, or null without WebGL 2. Lost contexts come back by themselves. */
export function createRenderer(canvas, onRestored) {
  const gl = canvas.getContext('webgl2', { antialias: true, alpha: true, depth: false });
  if (!gl) return null;
  let parts = null, colours = null, atlas = null;

  function build() {
    const program = link(gl), place = (name) => gl.getUniformLocation(program, name);
    parts = {
      program, ...makeInstances(gl),
      values: makeTexture(gl, 0, gl.NEAREST), palettes: makeTexture(gl, 1, gl.LINEAR),
      camera: place('camera'), size: place('size'), cardColour: place('cardColour'),
    };
    gl.useProgram(program);
    gl.uniform1i(place('values'), 0);
    gl.uniform1i(place('palettes'), 1);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    if (colours) setColours(colours);
    if (atlas) { setAtlas(atlas); upload(atlas); }
  }

  function setColours(next) {
    colours = next;
    if (!parts) return;
    gl.activeTexture(gl.TEXTURE1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, PALETTES.length, 0, gl.RGBA, gl.UNSIGNED_BYTE,
      paletteRows(next.dark));
    gl.uniform3fv(parts.cardColour, rgbOf(next.card).map((c) => c / 255));
  }

  function setAtlas(next) {
    atlas = next;
    if (!parts) return;
    gl.activeTexture(gl.TEXTURE0);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, next.width, next.height, 0, gl.RED, gl.FLOAT, null);
  }

  function upload({ width, height, data }) {
    if (!parts) return;
    gl.activeTexture(gl.TEXTURE0);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RED, gl.FLOAT, data);
  }

  function draw({ data, count }, matrix) {
    if (!parts) return;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniformMatrix4fv(parts.camera, false, matrix);
    gl.uniform2f(parts.size, canvas.width, canvas.height);
    gl.bufferData(gl.ARRAY_BUFFER, data.subarray(0, count * STRIDE), gl.DYNAMIC_DRAW);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
  }

  const lost = (event) => { event.preventDefault(); parts = null; };
  const restored = () => { build(); onRestored(); };
  canvas.addEventListener('webglcontextlost', lost);
  canvas.addEventListener('webglcontextrestored', restored);

  function destroy() {
    canvas.removeEventListener('webglcontextlost', lost);
    canvas.removeEventListener('webglcontextrestored', restored);
    if (!parts) return;
    for (const texture of [parts.values, parts.palettes]) gl.deleteTexture(texture);
    gl.deleteBuffer(parts.buffer);
    gl.deleteVertexArray(parts.array);
    gl.deleteProgram(parts.program);
    parts = null;
  }

  if (!gl.isContextLost()) build();
  return { setColours, setAtlas, upload, draw, destroy };
}
