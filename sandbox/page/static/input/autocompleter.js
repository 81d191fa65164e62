/**
 * Asks the bot what to offer while somebody types: one question under way, and when its answer
 * comes the newest state of the box, if that has changed meanwhile. Answers to old states are
 * never shown over newer ones.
 */
export class Autocompleter {
  /** `ask(...question)` answers a promise of choices. */
  constructor(ask) {
    this.ask = ask;
    this.isAsking = false;
    this.next = null;
  }

  /** Ask, and hand the choices to `show`. */
  async request(question, show) {
    this.next = { question, show };
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.next) await this.answerNext();
    this.isAsking = false;
  }

  async answerNext() {
    const { question, show } = this.next;
    this.next = null;
    const choices = await this.ask(...question).catch(() => []);
    if (!this.next) show(choices);
  }
}
