import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";
import { filesOf } from "./precached.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const page = (name: string) => here(`./${name}/index.html`);

// Three pages, one for each moment: signing in, the crew's phone, the ops room.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src/phone",
      filename: "sw.ts",
      outDir: "dist/phone",
      scope: "/phone/",
      injectRegister: false,
      // it is a file of ours: public/phone/manifest.webmanifest
      manifest: false,
      injectManifest: {
        // one plain script: not every phone's browser takes modules as workers
        rollupFormat: "iife",
        globDirectory: "dist",
        globPatterns: ["assets/*", "phone/index.html", "phone/*.{png,svg,webmanifest}"],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        manifestTransforms: [
          (entries) => {
            const built = readFileSync(here("./dist/.vite/manifest.json"), "utf8");
            return { manifest: filesOf(JSON.parse(built), entries), warnings: [] };
          },
        ],
      },
    }),
  ],
  // Brimful's content security policy allows files of its own and no inline data.
  build: {
    target: "es2022",
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: { signin: page("signin"), phone: page("phone"), ops: page("ops") } },
  },
  server: {
    proxy: { "^/(?!src|node_modules|@|ops/?|phone/?|signin/?).*": "http://127.0.0.1:8000" },
  },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
