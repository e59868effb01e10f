export function free(): usize {
  return (__heap_base + 15) & ~15;
}
