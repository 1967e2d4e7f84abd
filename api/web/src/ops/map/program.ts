/** The WebGL program that draws bins: a point for each, with its picture from the atlas. */

import { COLUMNS } from "./atlas";
import { COLOURS } from "./looks";

// `at` is a place relative to the middle of all bins, so that single precision is enough for it.
const VERTEX = `#version 300 es
in vec2 at;
in vec3 look;
uniform vec2 origin;
uniform mat2 axes;
uniform float scale;
flat out vec2 cell;
void main() {
  gl_Position = vec4(origin + axes * at, 0.0, 1.0);
  gl_PointSize = look.z * scale;
  cell = look.xy;
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D atlas;
flat in vec2 cell;
out vec4 colour;
void main() {
  colour = texture(atlas, (cell + gl_PointCoord) / vec2(${COLUMNS}.0, ${COLOURS.length}.0));
}`;

export const AT = 0;
export const LOOK = 1;

export interface Program {
  readonly program: WebGLProgram;
  readonly origin: WebGLUniformLocation | null;
  readonly axes: WebGLUniformLocation | null;
  readonly scale: WebGLUniformLocation | null;
}

type Gl = WebGL2RenderingContext;

/** Compile and link it; throws what the driver says where it cannot. */
export function link(gl: Gl): Program {
  const program = gl.createProgram();
  gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, compile(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  gl.bindAttribLocation(program, AT, "at");
  gl.bindAttribLocation(program, LOOK, "look");
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(`bins cannot be drawn: ${gl.getProgramInfoLog(program)}`);
  }
  return {
    program,
    origin: gl.getUniformLocation(program, "origin"),
    axes: gl.getUniformLocation(program, "axes"),
    scale: gl.getUniformLocation(program, "scale"),
  };
}

function compile(gl: Gl, kind: number, source: string): WebGLShader {
  const shader = gl.createShader(kind) as WebGLShader;
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

/** Put the pictures into a texture. */
export function texture(gl: Gl, canvas: HTMLCanvasElement): WebGLTexture {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
  gl.generateMipmap(gl.TEXTURE_2D);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return made;
}
