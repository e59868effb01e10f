// AssemblyScript. The module "ensemble": noise, chains in a well, update rules over replicates. Its host lays out memory
// from `free` on, once, before anything runs (src/core/kernels/rooms.ts).
export { fill, heightsAt, lanesAt, layersAt } from "./noise";
export { adam, averages, lay, rmsProp, sgd } from "./rules";
export { well } from "./well";

/** The first byte that no table needs. */
export function free(): usize {
  return (__heap_base + 15) & ~15;
}
