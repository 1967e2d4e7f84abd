import "../shared/theme.css";
import { render } from "preact";
import { App } from "./app";
import { register } from "./state/app";
import { onOthers } from "./state/others";
import { askToKeep } from "./state/room";
import * as scheme from "./state/scheme";
import { begin } from "./state/session";
import { now, openKept, reload, trouble } from "./state/state";
import { tryNow, watchSignal } from "./state/sync";

scheme.show();
render(<App />, document.getElementById("app") as HTMLElement);
void start();

async function start(): Promise<void> {
  try {
    await openKept();
    await begin();
  } catch (error) {
    trouble.value = `This browser keeps nothing for Brimful (${error instanceof Error ? error.message : error}), so marks would be lost. Open it in a normal window, not a private one, or free some memory.`;
    return;
  }
  onOthers(() => void reload());
  watchSignal();
  setInterval(() => {
    now.value = Date.now();
  }, 15_000);
  void tryNow();
  void askToKeep();
  await register();
}
