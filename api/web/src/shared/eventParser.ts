/** Takes a stream of Server-Sent Events apart, in whatever pieces it arrives. */

export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

export class EventParser {
  private rest = "";
  private name = "";
  private data: string[] = [];

  /** The events that are complete with this piece. */
  push(piece: string): ServerEvent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() as string;
    const events: ServerEvent[] = [];
    for (const line of lines) {
      if (line === "") {
        this.end(events);
      } else if (!line.startsWith(":")) {
        this.field(line);
      }
    }
    return events;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") {
      this.name = value;
    } else if (field === "data") {
      this.data.push(value);
    }
  }

  private end(events: ServerEvent[]): void {
    if (this.data.length > 0) {
      events.push({ name: this.name || "message", data: JSON.parse(this.data.join("\n")) });
    }
    this.name = "";
    this.data = [];
  }
}
