import type { Vector } from "../vector.ts";
import { CompiledRoom, type EnsembleExports } from "./compiledRoom.ts";
import type { Lanes } from "./normals.ts";
import { PlainRoom } from "./plainRoom.ts";
import type { Room } from "./room.ts";

// Which room an ensemble has. A kernel works on its room's memory alone, so that what it works on must be laid out there. A room is
// used again from run to run (clearRooms), or goes with the last of its views. Where WebAssembly or the compiled file is missing, the
// plain form of each kernel serves, in plain rooms.

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

/** Where compiled kernels come from, if from anywhere. */
export const kernelSource = (): LoadKernel | undefined => load;

/** The part of WebAssembly that is used; core's compiler knows the language alone, which does not have it. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: unknown };
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

/** Numbers of a compiled room at least: so that many small ensembles share one. */
const least = 2 ** 18;
/** The room in which new ensembles are laid out until it is full. */
let current: CompiledRoom | undefined;
/** Rooms to be used again, and those of them that nothing lies in: a fresh instance runs slowly at first. */
let made: readonly CompiledRoom[] = [];
let free: readonly CompiledRoom[] = [];
/** Numbers of all rooms that are kept for that: 64 MB. */
const keptNumbers = 2 ** 23;
/**
 * The plain room, one for all ensembles because the engine takes its memory for a constant only as long as there is no other. A page of it
 * that nothing was ever laid in costs nothing.
 */
let plain: PlainRoom | undefined;
const plainRoom = (): PlainRoom => (plain ??= new PlainRoom(keptNumbers));

/** Says that no ensemble made so far will be used again: their rooms are for those to come. */
export function clearRooms(): void {
  for (const room of made) room.clear();
  free = made;
  current = undefined;
  plain?.clear();
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
  if (!exports) return plainRoom().left >= numbers ? plainRoom() : new PlainRoom(numbers);
  const room = new CompiledRoom(exports, Math.max(least, numbers));
  roomOf.set(room.memory.buffer, room);
  if (made.reduce((sum, it) => sum + it.size, room.size) <= keptNumbers) made = [...made, room];
  if (numbers <= least) current = room;
  return room;
}

/** Standard normals into out[from] … out[from + count − 1], wherever it lies; `count` is a multiple of four. */
export function fillNormals(lanes: Lanes, out: Vector, from: number, count: number): void {
  noiseRoom(out).fill(lanes, out, from, count);
}
/** The room of `out`, or one that passes noise on. */
function noiseRoom(out: Vector): Room {
  if (!load) return plainRoom();
  const own = roomOf.get(out.buffer) ?? scratch;
  if (own) return own;
  const exports = instantiate("ensemble") as EnsembleExports | undefined;
  return exports ? (scratch = new CompiledRoom(exports, 0)) : plainRoom();
}
