import "../shared/theme.css";
import { render } from "preact";
import { leaveWhenSignedOut } from "../shared/api";
import { App } from "./app";

leaveWhenSignedOut();

render(<App />, document.getElementById("app") as HTMLElement);
