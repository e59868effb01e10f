interface End {
  readonly at: number;
  readonly loss: number;
  readonly slope: number;
}
/**
 * Where the cubic through two points with their slopes is least, held between the bounds, which are the points themselves
 * unless given; the middle of the bounds where that cubic has no minimum. Nocedal & Wright 2006, eq. 3.59.
 */
export function cubicMinimum(
  a: End,
  b: End,
  [least, most]: readonly [number, number] = [Math.min(a.at, b.at), Math.max(a.at, b.at)],
): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.at - b.at);
  const square = d1 ** 2 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const d2 = Math.sqrt(square);
  const [left, right] = a.at <= b.at ? [a, b] : [b, a];
  const minimum = right.at - (right.at - left.at) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return Math.min(Math.max(minimum, least), most);
}
