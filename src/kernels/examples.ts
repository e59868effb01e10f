// AssemblyScript. The module "examples": passes of dense networks over the rows of a table. Its host lays out memory from `free`
// on (src/core/kernels/tableMemory.ts).
export { affine, crossEntropy, descendRelu, descendTanh, outer, relu, scale, square, transpose } from "./dense";
export { exp, log, tanh } from "./elementary";

/** The first byte that no table needs. */
export function free(): usize {
  return (__heap_base + 15) & ~15;
}
