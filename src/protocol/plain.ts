/** A typed array of plain data. */
export type NumberArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** Plain data copied all the way down; what its typed arrays become, `array` says. What stands in it twice is copied once. */
export function copied<T>(data: T, array: (it: NumberArray) => NumberArray): T {
  const seen = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const made = ArrayBuffer.isView(value)
      ? array(value as NumberArray)
      : Array.isArray(value)
        ? value.map(copy)
        : Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, copy(inside)]));
    seen.set(value, made);
    return made;
  };
  return copy(data) as T;
}

/** Data that outlasts its message: arrays that stand in memory which threads share, and use again, are copied out of it. */
export const kept = <T>(data: T): T =>
  copied(data, (array) => (array.buffer instanceof ArrayBuffer ? array : array.slice()));
