/**
 * Bins as a layer of the map, drawn straight from their columns: one buffer of places, one of
 * looks, one of the rows that are shown. A level that changes is three bytes in a buffer.
 */

import type { CustomLayerInterface, Map as GlMap } from "maplibre-gl";
import type { Scheme } from "../../shared/scheme";
import { atlas, CHOSEN } from "./atlas";
import type { Bins } from "./columns";
import { isOver, isPlaced, kindOf, stepOf } from "./looks";
import { type Middle, middleOf, placesOf, unitPlace } from "./mercator";
import { AT, LOOK, link, type Program, texture } from "./program";

export const LAYER = "bins";
/** In pixels of the page, at street zoom; a shape fills two thirds of it. */
const SIZE = 22;
const SIZE_OVER = 32;
const SIZE_CHOSEN = 46;
const LOOKS = 3;

interface Drawing {
  readonly gl: WebGL2RenderingContext;
  readonly program: Program;
  readonly atlas: WebGLTexture;
  readonly places: WebGLBuffer;
  readonly looks: WebGLBuffer;
  readonly shown: WebGLBuffer;
  readonly vertices: WebGLVertexArrayObject;
  readonly single: WebGLVertexArrayObject;
}

export class BinLayer implements CustomLayerInterface {
  readonly id = LAYER;
  readonly type = "custom";
  readonly renderingMode = "2d";
  private drawing: Drawing | null = null;
  private map: GlMap | null = null;
  private readonly middle: Middle;
  private readonly at: Float32Array;
  private readonly looks: Uint8Array;
  private shown: Uint32Array<ArrayBufferLike> = new Uint32Array();
  private chosen: number | null = null;

  constructor(
    private readonly bins: Bins,
    private readonly scheme: Scheme,
  ) {
    this.middle = middleOf(bins);
    this.at = placesOf(bins, this.middle);
    this.looks = new Uint8Array(bins.count * LOOKS);
    for (let row = 0; row < bins.count; row++) {
      this.look(row);
    }
  }

  /** How many bins are drawn. */
  get count(): number {
    return this.shown.length;
  }

  /** Show these rows and no others, in this order; all must have a position. */
  show(rows: Uint32Array): void {
    this.shown = rows;
    this.send((gl, drawing) => {
      gl.bindVertexArray(drawing.vertices);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, rows, gl.DYNAMIC_DRAW);
      gl.bindVertexArray(null);
    });
  }

  /** Draw the levels of these rows as they are now. */
  refresh(rows: readonly number[]): void {
    for (const row of rows) {
      this.look(row);
    }
    this.send((gl, drawing) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, drawing.looks);
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.looks);
    });
  }

  /** Mark one bin, or none. */
  choose(row: number | null): void {
    this.chosen = row !== null && isPlaced(this.bins, row) ? row : null;
    this.map?.triggerRepaint();
  }

  onAdd(map: GlMap, context: WebGLRenderingContext | WebGL2RenderingContext): void {
    const gl = context as WebGL2RenderingContext;
    const pictures = atlas(this.scheme);
    if (pictures === null) {
      return;
    }
    this.map = map;
    this.drawing = {
      gl,
      program: link(gl),
      atlas: texture(gl, pictures),
      places: gl.createBuffer(),
      looks: gl.createBuffer(),
      shown: gl.createBuffer(),
      vertices: gl.createVertexArray(),
      single: gl.createVertexArray(),
    };
    this.fill(this.drawing);
  }

  onRemove(): void {
    if (this.drawing !== null) {
      const { gl, program, places, looks, shown, vertices, single, atlas: pictures } = this.drawing;
      for (const buffer of [places, looks, shown]) {
        gl.deleteBuffer(buffer);
      }
      gl.deleteVertexArray(vertices);
      gl.deleteVertexArray(single);
      gl.deleteTexture(pictures);
      gl.deleteProgram(program.program);
    }
    this.drawing = null;
    this.map = null;
  }

  render(): void {
    if (this.drawing === null || this.map === null) {
      return;
    }
    const { gl, program, vertices, single, atlas: pictures } = this.drawing;
    const { origin, x, y } = unitPlace(this.map, this.middle);
    gl.useProgram(program.program);
    gl.uniform2f(program.origin, ...origin);
    gl.uniformMatrix2fv(program.axes, false, [...x, ...y]);
    gl.uniform1f(program.scale, scaleAt(this.map.getZoom()) * devicePixelRatio);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, pictures);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.bindVertexArray(vertices);
    gl.drawElements(gl.POINTS, this.shown.length, gl.UNSIGNED_INT, 0);
    if (this.chosen !== null) {
      gl.bindVertexArray(single);
      const [lon, lat] = [
        this.at[2 * this.chosen] as number,
        this.at[2 * this.chosen + 1] as number,
      ];
      gl.vertexAttrib2f(AT, lon, lat);
      gl.vertexAttrib3f(LOOK, CHOSEN, 0, SIZE_CHOSEN);
      gl.drawArrays(gl.POINTS, 0, 1);
    }
    gl.bindVertexArray(null);
  }

  private look(row: number): void {
    this.looks[LOOKS * row] = kindOf(this.bins, row);
    this.looks[LOOKS * row + 1] = stepOf(this.bins.fill[row] as number);
    this.looks[LOOKS * row + 2] = isOver(this.bins, row) ? SIZE_OVER : SIZE;
  }

  private fill({ gl, places, looks, shown, vertices }: Drawing): void {
    gl.bindVertexArray(vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, places);
    gl.bufferData(gl.ARRAY_BUFFER, this.at, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(AT);
    gl.vertexAttribPointer(AT, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, looks);
    gl.bufferData(gl.ARRAY_BUFFER, this.looks, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(LOOK);
    gl.vertexAttribPointer(LOOK, LOOKS, gl.UNSIGNED_BYTE, false, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, shown);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this.shown, gl.DYNAMIC_DRAW);
    gl.bindVertexArray(null);
  }

  private send(how: (gl: WebGL2RenderingContext, drawing: Drawing) => void): void {
    if (this.drawing !== null) {
      how(this.drawing.gl, this.drawing);
      this.map?.triggerRepaint();
    }
  }
}

/** Smaller where many bins share the screen. */
function scaleAt(zoom: number): number {
  return Math.min(1.25, Math.max(0.5, 0.5 + (zoom - 10.5) * 0.15));
}
