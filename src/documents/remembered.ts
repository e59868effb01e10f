/** A function of an object that reckons once for each, as long as the object lives. */
export function remembered<K extends object, V>(reckon: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (of) => {
    const before = known.get(of);
    if (before) return before.value;
    const value = reckon(of);
    known.set(of, { value });
    return value;
  };
}
