/** The theme's colours as a canvas needs them. */
export interface Theme {
  /** Lines, bands and bars carry patterns besides their colour. */
  readonly patterns: boolean;
  readonly family: string;
  /** Any CSS colour, variables and color-mix included, as the browser resolves it. */
  colour(css: string): string;
}

let probe: HTMLElement | undefined;

/** Resolves each colour once, through a hidden element: a canvas knows no variables. */
export function readTheme(patterns: boolean): Theme {
  probe ??= document.body.appendChild(document.createElement("i"));
  const hidden = probe;
  hidden.hidden = true;
  const known = new Map<string, string>();
  return {
    patterns: patterns || document.body.classList.contains("vscode-high-contrast"),
    family: getComputedStyle(document.body).fontFamily,
    colour(css) {
      let colour = known.get(css);
      if (colour === undefined) {
        hidden.style.color = css;
        colour = getComputedStyle(hidden).color;
        known.set(css, colour);
      }
      return colour;
    },
  };
}

/** Calls back after the editor has changed its theme: a class of the body, or the variables on the root. */
export function watchTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  for (const node of [document.body, document.documentElement])
    observer.observe(node, { attributes: true, attributeFilter: ["class", "style"] });
}
