import js from "@eslint/js";
import tseslint from "typescript-eslint";

const rooms = ["src", "src/core", "src/view", "src/worker", "src/cli", "src/editor", "webview", "test"];

export default tseslint.config(
  // src/kernels is AssemblyScript, which its own compiler checks
  {
    ignores: [
      "dist/",
      "node_modules/",
      ".cache/",
      "test-output/",
      "test/fixtures/",
      "examples/",
      "src/kernels/",
      "bench/.*/",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: rooms.map((room) => `./${room}/tsconfig.json`), tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-non-null-assertion": "off", // said in the style page: allowed where the line above makes it plainly true
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["**/*.mjs", "*.js"],
    languageOptions: {
      globals: {
        console: "readonly",
        process: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        require: "readonly",
        module: "readonly",
        __dirname: "readonly",
        fetch: "readonly",
        performance: "readonly",
        Buffer: "readonly",
        window: "readonly",
        document: "readonly",
        navigator: "readonly",
      },
    },
  },
);
