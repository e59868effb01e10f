import { defineConfig } from "vitest/config";

/** Pure tests: no browser, no VS Code. Those have scripts of their own under test/webview and test/story. */
export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    exclude: ["test/webview/**", "test/story/**"],
    globalSetup: ["test/compiledKernels.ts"],
    testTimeout: 60_000,
  },
});
