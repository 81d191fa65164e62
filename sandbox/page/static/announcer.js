import { h } from "./dom.js";
import { spokenText } from "./format.js";
import { nameOf } from "./avatar.js";
import { formatMoment } from "./time.js";

// Says aloud what changes: a new message, and an edit that says something new. A percentage that
// grows and a moment that draws nearer are not said each time.

const PROGRESS = /\d+ ?%/g;
const LINES_KEPT = 20;

export class Announcer {
  constructor(region) {
    this.region = region;
    this.gists = new Map();
  }

  /** Take note of a message; speak when it is news. */
  message(message, names, isSpoken) {
    const gist = spoken(message, names, () => "").replace(PROGRESS, "");
    const isNews = this.gists.get(message.id) !== gist;
    this.gists.set(message.id, gist);
    if (isNews && isSpoken)
      this.say(`${nameOf(message.author)}: ${spoken(message, names, formatMoment)}`);
  }

  say(text) {
    this.region.append(h("p", {}, text));
    while (this.region.childElementCount > LINES_KEPT) this.region.firstElementChild.remove();
  }
}

function spoken(message, names, momentOf) {
  return wordsOf(message)
    .map((words) => spokenText(words, names, momentOf))
    .join(" · ");
}

function wordsOf(message) {
  const words = [message.content, ...message.components.flatMap(wordsIn)];
  return words.filter(Boolean);
}

function wordsIn(component) {
  const inner = [...(component.components ?? []), ...(component.items ?? [])];
  return [component.content, component.description, ...inner.flatMap(wordsIn)];
}
