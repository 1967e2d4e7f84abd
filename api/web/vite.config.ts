import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const page = (name: string) => fileURLToPath(new URL(`./${name}/index.html`, import.meta.url));

// Three pages, one for each moment: signing in, the crew's phone, the ops room.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // Brimful's content security policy allows files of its own and no inline data.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: { signin: page("signin"), phone: page("phone"), ops: page("ops") } },
  },
  server: {
    proxy: { "^/(?!src|node_modules|@|ops/?|phone/?|signin/?).*": "http://127.0.0.1:8000" },
  },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
