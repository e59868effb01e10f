// AssemblyScript. The module "ensemble": noise, chains in a well, update rules over replicates. Its host lays out memory
// from `free` on, once, before anything runs (src/core/kernels/rooms.ts).
export { fill, heightsAt, lanesAt, layersAt } from "./noise";
export { adam } from "./rules/adam";
export { averages } from "./rules/averages";
export { lay } from "./rules/block";
export { rmsProp } from "./rules/rmsProp";
export { sgd } from "./rules/sgd";
export { well, wellDrawn } from "./well";

/** The first byte that no table needs. */
export function free(): usize {
  return (__heap_base + 15) & ~15;
}
