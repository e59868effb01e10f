import type { Vector } from "../vector.ts";
import { ziggurat, type Lanes } from "./normals.ts";
import { passage, Room } from "./room.ts";
import type { Block, RuleName, Stretch } from "./rules.ts";
import type { WellMap } from "./well.ts";

/** WebAssembly's memory, since core's compiler knows the language alone. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
/** What src/kernels/ensemble.ts exports; there the arguments have names. Places are byte offsets. */
export interface EnsembleExports {
  readonly memory: WasmMemory;
  free(): number;
  layersAt(): number;
  heightsAt(): number;
  lanesAt(): number;
  fill(generator: number, out: number, count: number): void;
  well(...args: readonly number[]): void;
  wellDrawn(...args: readonly number[]): void;
  lay(...args: readonly number[]): void;
  adam(...args: readonly number[]): void;
  sgd(...args: readonly number[]): void;
  rmsProp(...args: readonly number[]): void;
  averages(...args: readonly number[]): void;
}

/** Bytes of a page of WebAssembly's memory. */
const page = 65_536;

/** An instance of the module "ensemble". Its memory has its size from the start and never grows, so that no view of it is ever detached. */
export class CompiledRoom extends Room {
  readonly #exports: EnsembleExports;
  readonly #lanes: Int32Array;

  constructor(exports: EnsembleExports, numbers: number) {
    const begin = Math.ceil(exports.free() / 16) * 2;
    const missing = 8 * (begin + passage + numbers) - exports.memory.buffer.byteLength;
    if (missing > 0) exports.memory.grow(Math.ceil(missing / page));
    const { buffer } = exports.memory;
    super(new Float64Array(buffer), begin);
    this.#exports = exports;
    this.#lanes = new Int32Array(buffer, exports.lanesAt(), 16);
    const { heights, widths, bounds } = ziggurat();
    new Float64Array(buffer, exports.heightsAt(), heights.length).set(heights);
    const entries = new DataView(buffer, exports.layersAt(), 16 * widths.length);
    for (let i = 0; i < widths.length; i++) {
      entries.setFloat64(16 * i, widths[i], true);
      entries.setInt32(16 * i + 8, bounds[i], true);
    }
  }
  protected override draw(lanes: Lanes, at: number, count: number): void {
    const own = this.#admit(lanes);
    this.#exports.fill(own.byteOffset, 8 * at, count);
    this.#release(lanes);
  }
  /** Copies of generators, in this room, one after the other: 8 numbers' space for each. */
  generators(of: readonly Lanes[]): Lanes {
    const place = this.zeros(8 * of.length);
    const all = new Int32Array(place.buffer, place.byteOffset, 16 * of.length);
    of.forEach((lanes, k) => all.set(lanes, 16 * k));
    return all;
  }
  well([c0, c1, c2, c3, gain]: WellMap, theta: Vector, noise: Vector, from: number, steps: number): void {
    const n = theta.length;
    this.#exports.well(theta.byteOffset, noise.byteOffset + 8 * from, n, steps, c0, c1, c2, c3, gain);
  }
  wellDrawn(map: WellMap, theta: Vector, lanes: Lanes, steps: number): void {
    this.#admit(lanes);
    this.#exports.wellDrawn(theta.byteOffset, theta.length, steps, ...map);
    this.#release(lanes);
  }
  #admit(lanes: Lanes): Lanes {
    const own = this.#lanes;
    for (let i = 0; i < own.length; i++) own[i] = lanes[i]; // for so few, faster than set
    return own;
  }
  #release(lanes: Lanes): void {
    const own = this.#lanes;
    for (let i = 0; i < own.length; i++) lanes[i] = own[i];
  }
  /** One of the rules of rules.ts, two coordinates at a time. */
  rule(name: RuleName, block: Block, stretch: Stretch): void {
    const exports = this.#exports;
    const { theta, slots, at, diagonalAt } = block;
    const place = (v: Vector | undefined, from: number) => (v ? v.byteOffset + 8 * from : 0);
    exports.lay(
      block.n,
      block.replicates,
      stretch.steps,
      stretch.noiseOfStep,
      stretch.noiseOfReplicate,
      stretch.noiseAt,
      stretch.generators ? stretch.generators.byteOffset : 0,
      stretch.rowsOfStep,
      place(block.curvature, diagonalAt),
      place(block.deviation, diagonalAt),
      place(stretch.losses, 0),
      stretch.lossesOfReplicate ?? 0,
    );
    exports[name](
      place(theta, at),
      place(slots[0], at),
      place(slots[1], at),
      stretch.noise.byteOffset,
      place(stretch.rows, stretch.rowsAt),
    );
  }
}
