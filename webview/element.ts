type Handler = (event: never) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | undefined | Handler>>;
export type Child = Node | string | undefined | false;

function dress(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value as EventListener);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}
/** An element with attributes (functions are listeners, by event name) and children; text stays text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  dress(node, attributes);
  node.append(...children.filter((child) => child !== undefined && child !== false));
  return node;
}
/** An SVG picture of paths and shapes: [tag, attributes] each. */
export function drawing(
  attributes: Attributes,
  ...shapes: readonly (readonly [tag: string, attributes: Attributes])[]
): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const node = document.createElementNS(space, "svg");
  dress(node, { fill: "none", stroke: "currentColor", "aria-hidden": "true", ...attributes });
  for (const [tag, own] of shapes) {
    const shape = document.createElementNS(space, tag);
    dress(shape, own);
    node.append(shape);
  }
  return node;
}
const path = (d: string): readonly [string, Attributes] => ["path", { d }];
const dot = (cx: number): readonly [string, Attributes] => ["circle", { cx, cy: 8, r: 1.1 }];
const box = (size: number): Attributes => ({ width: size, height: size, viewBox: "0 0 16 16" });

/** The few pictograms of the panel, drawn here so that no icon font is needed. */
export const glyphs = {
  table: () => drawing(box(16), path("M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6")),
  more: () => drawing({ ...box(16), fill: "currentColor", stroke: "none" }, dot(3.5), dot(8), dot(12.5)),
  down: () => drawing(box(12), path("M4 6.5 8 10.5 12 6.5")),
  error: () =>
    drawing(
      { ...box(16), class: "sign bad" },
      ["circle", { cx: 8, cy: 8, r: 6 }],
      path("m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"),
    ),
  warning: (size = 16) =>
    drawing({ ...box(size), class: "sign warn" }, path("M8 2.2 14.3 13.5H1.7zM8 6.3v3.4m0 1.2v1")),
  yes: () => drawing({ ...box(14), "stroke-width": 1.4 }, path("m3.5 8.5 3 3 6-7")),
  no: () => drawing({ ...box(14), "stroke-width": 1.4 }, path("M3.5 6.2h9M3.5 9.8h9M11 3.5l-6 9")),
  tick: () => drawing(box(12), path("m3.5 8.5 3 3 6-7")),
};
