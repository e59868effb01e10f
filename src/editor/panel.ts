import { randomBytes } from "node:crypto";
import { commands, Uri, ViewColumn, window, type Disposable, type Webview, type WebviewPanel } from "vscode";
import type { FromWebview, ToWebview } from "../protocol/index.ts";

/** Who the panel reports to. */
export interface PanelListener {
  receive(message: FromWebview): void;
  closed(): void;
}

/** The webview, open or not. It relays messages untouched, and holds none back: whoever missed some says `ready`. */
export class Panel {
  static readonly viewType = "optimizerLab";
  private panel: WebviewPanel | undefined;
  private ready = false;

  /** `dist` holds webview.js and webview.css. */
  constructor(
    private readonly dist: Uri,
    private readonly media: Uri,
    private readonly listener: PanelListener,
  ) {}

  /** Beside the code, which keeps the focus. */
  open(): void {
    if (this.panel) {
      this.panel.reveal(undefined, true);
      return;
    }
    const where = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    this.adopt(window.createWebviewPanel(Panel.viewType, "Optimizer Lab", where));
  }
  /** Takes over a panel that a reload of the window has left empty. */
  adopt(panel: WebviewPanel): void {
    const former = this.panel;
    this.panel = panel;
    this.ready = false;
    former?.dispose();
    panel.iconPath = Uri.joinPath(this.media, "icon.svg");
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.dist] };
    const disposables: Disposable[] = [];
    panel.webview.onDidReceiveMessage(
      (message: FromWebview) => {
        if (message.type === "ready") this.ready = true;
        this.listener.receive(message);
      },
      undefined,
      disposables,
    );
    // A hidden webview is destroyed; it says `ready` when it is shown again.
    panel.onDidChangeViewState(
      () => {
        if (!panel.visible) this.ready = false;
      },
      undefined,
      disposables,
    );
    panel.onDidDispose(() => {
      for (const disposable of disposables) disposable.dispose();
      if (this.panel !== panel) return;
      this.panel = undefined;
      this.ready = false;
      setOpen(false);
      this.listener.closed();
    });
    panel.webview.html = page(panel.webview, this.dist);
    setOpen(true);
  }
  post(message: ToWebview): void {
    if (this.ready) void this.panel?.webview.postMessage(message);
  }
  /** Whether its script has begun and is still there. */
  get listening(): boolean {
    return this.ready;
  }
  get column(): ViewColumn | undefined {
    return this.panel?.viewColumn;
  }
  close(): void {
    this.panel?.dispose();
  }
}

/** For the commands that need a panel. */
const setOpen = (open: boolean): void => void commands.executeCommand("setContext", "optimizerLab.open", open);

/** Nothing but our own script runs, and nothing is fetched from anywhere. */
function page(webview: Webview, dist: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const own = webview.cspSource;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${own} 'unsafe-inline'`,
    `font-src ${own}`,
    `img-src ${own} data: blob:`,
  ].join("; ");
  const at = (file: string) => webview.asWebviewUri(Uri.joinPath(dist, file)).toString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Optimizer Lab</title>
<link rel="stylesheet" href="${at("webview.css")}">
</head>
<body>
<main id="panel"></main>
<script nonce="${nonce}" src="${at("webview.js")}"></script>
</body>
</html>`;
}
