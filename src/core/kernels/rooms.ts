import { zeros, type Vector } from "../vector.ts";
import { height, inside, width, type Lanes } from "./normals.ts";
import { Room } from "./room.ts";
import type { Block, RuleName, Stretch } from "./rules.ts";
import type { WellMap } from "./well.ts";

// Where the compiled kernels live. A kernel works on its own memory alone, so that what it works on must be laid out there: a
// CompiledRoom is an instance of the module "ensemble" whose memory has its size from the start and never grows, so that no view of
// it is ever detached. It is used again from run to run (clearRooms), or goes with the last of its views. Where WebAssembly or the
// compiled file is missing rooms are ordinary arrays, and the plain form of each kernel serves.

/** Bytes of a compiled module by name, or undefined where it is not to be had. */
export type LoadKernel = (name: string) => Uint8Array | undefined;

let load: LoadKernel | undefined;
const modules = new Map<string, object | undefined>();

/** Says where compiled kernels come from; none with undefined. They are loaded when first needed. */
export function accelerate(from: LoadKernel | undefined): void {
  load = from;
  modules.clear();
  current = scratch = undefined;
  free = made = [];
}

/** Whether compiled kernels are there to be loaded. */
export const accelerated = (): boolean => load !== undefined;

/** The part of WebAssembly that is used; core's compiler knows the language alone, which does not have it. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: unknown };
}
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A fresh instance of a compiled module, or undefined where the plain form serves. */
export function instantiate(name: string): unknown {
  const { WebAssembly: host } = globalThis as { readonly WebAssembly?: WebAssemblyHost };
  if (!host || !load) return undefined;
  if (!modules.has(name)) modules.set(name, compiled(host, load(name)));
  const module = modules.get(name);
  return module && new host.Instance(module, { env: { abort } }).exports;
}
/** A host without SIMD refuses the module; the plain form then serves. */
function compiled(host: WebAssemblyHost, bytes: Uint8Array | undefined): object | undefined {
  try {
    return bytes && new host.Module(bytes);
  } catch {
    return undefined;
  }
}
function abort(): never {
  throw new Error("A compiled kernel broke off.");
}

/** What src/kernels/ensemble.ts exports; there the arguments have names. Places are byte offsets. */
interface EnsembleExports {
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
/** Numbers of a room at least: so that many small ensembles share one. */
const least = 2 ** 18;
/** Numbers that a call fills at most where they are copied out afterwards. */
const passage = 4096;

export class CompiledRoom extends Room {
  readonly exports: EnsembleExports;
  readonly #lanes: Int32Array;
  /** Where noise for other places is made. */
  #passing: Vector | undefined;

  constructor(exports: EnsembleExports, numbers: number) {
    const begin = Math.ceil(exports.free() / 16) * 2;
    const missing = 8 * (begin + numbers) - exports.memory.buffer.byteLength;
    if (missing > 0) exports.memory.grow(Math.ceil(missing / page));
    const { buffer } = exports.memory;
    super(new Float64Array(buffer), begin);
    this.exports = exports;
    this.#lanes = new Int32Array(buffer, exports.lanesAt(), 16);
    new Float64Array(buffer, exports.heightsAt(), height.length).set(height);
    const entries = new DataView(buffer, exports.layersAt(), 16 * width.length);
    for (let i = 0; i < width.length; i++) {
      entries.setFloat64(16 * i, width[i], true);
      entries.setInt32(16 * i + 8, inside[i], true);
    }
  }
  override clear(): void {
    super.clear();
    this.#passing = undefined;
  }
  /** `fillPlainly`, four at a time, into vectors of this room or of any place. */
  fill(lanes: Lanes, out: Vector, from: number, count: number): void {
    const own = this.#admit(lanes);
    if (out.buffer === this.memory.buffer && from % 2 === 0)
      this.exports.fill(own.byteOffset, out.byteOffset + 8 * from, count);
    else {
      const passing = (this.#passing ??= this.zeros(passage));
      for (let done = 0; done < count; done += passage) {
        const now = Math.min(passage, count - done);
        this.exports.fill(own.byteOffset, passing.byteOffset, now);
        out.set(now < passage ? passing.subarray(0, now) : passing, from + done);
      }
    }
    this.#release(lanes);
  }
  /** Copies of generators, in this room, one after the other: 8 numbers' space for each. */
  generators(of: readonly Lanes[]): Lanes {
    const place = this.zeros(8 * of.length);
    const all = new Int32Array(place.buffer, place.byteOffset, 16 * of.length);
    of.forEach((lanes, k) => all.set(lanes, 16 * k));
    return all;
  }
  /** Chains in a well with normals of a generator drawn on the way; see well.ts. */
  wellDrawn(lanes: Lanes, theta: Vector, steps: number, map: WellMap): void {
    this.#admit(lanes);
    this.exports.wellDrawn(theta.byteOffset, theta.length, steps, ...map);
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
    const { exports } = this;
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

/** The room in which new ensembles are laid out until it is full. */
let current: CompiledRoom | undefined;
/** Rooms to be used again, and those of them that nothing lies in: a fresh instance runs slowly at first. */
let made: readonly CompiledRoom[] = [];
let free: readonly CompiledRoom[] = [];
/** Numbers of all rooms that are kept for that: 64 MB. */
const keptNumbers = 2 ** 23;
/** Says that no ensemble made so far will be used again: their rooms are for those to come. */
export function clearRooms(): void {
  for (const room of made) room.clear();
  free = made;
  current = undefined;
}
/** For noise that goes elsewhere. */
let scratch: CompiledRoom | undefined;
const roomOf = new WeakMap<ArrayBufferLike, CompiledRoom>();

/** A room with space for that many numbers, each vector rounded up to an even number. */
export function ensembleRoom(numbers: number): Room {
  if (current && current.left >= numbers) return current;
  const known = free.find((it) => it.size >= numbers);
  if (known) {
    free = free.filter((it) => it !== known);
    if (numbers <= least) current = known;
    return known;
  }
  const exports = instantiate("ensemble") as EnsembleExports | undefined;
  if (!exports) return new Room(zeros(numbers));
  const room = new CompiledRoom(exports, Math.max(least, numbers));
  roomOf.set(room.memory.buffer, room);
  if (made.reduce((sum, it) => sum + it.size, room.size) <= keptNumbers) made = [...made, room];
  if (numbers <= least) current = room;
  return room;
}

/** The room that fills `out` with noise, its own or one that passes it on; undefined where the plain form serves. */
export function noiseRoom(out: Vector): CompiledRoom | undefined {
  if (!load) return undefined;
  const own = roomOf.get(out.buffer);
  if (own) return own;
  if (scratch) return scratch;
  const exports = instantiate("ensemble") as EnsembleExports | undefined;
  return (scratch = exports && new CompiledRoom(exports, 2 * passage));
}
