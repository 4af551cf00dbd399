// Keeps a pane at its newest message while one stands there, and leaves it alone while one reads above.

const NEAR = 48;

export class Scroller {
  #element;
  #content;
  #stuck = true;
  #sticky = true;
  #top = 0;
  #onLeave;

  /** `onLeave(stuck)` is told when somebody scrolls away from the end or back to it. */
  constructor(element, content, onLeave = () => {}) {
    this.#element = element;
    this.#content = content;
    this.#onLeave = onLeave;
    element.addEventListener("scroll", () => this.#note(), { passive: true });
    const keep = new ResizeObserver(() => this.#stuck && this.toEnd());
    keep.observe(content);
    keep.observe(element);
  }

  get stuck() {
    return this.#stuck;
  }

  /** Begin anew: at the end of a conversation, or at the top of a page that is read from there. */
  begin({ atEnd }) {
    this.#sticky = atEnd;
    if (atEnd) return this.toEnd();
    this.#stuck = false;
    this.#element.scrollTop = 0;
  }

  toEnd() {
    this.#stuck = true;
    this.#element.scrollTop = this.#element.scrollHeight;
    this.#onLeave(true);
  }

  /** Run a change of the content; what is in view stays in view. */
  around(change) {
    const anchor = this.#stuck ? null : this.#firstInView();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (this.#stuck) this.toEnd();
    else if (anchor?.isConnected) this.#element.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  #firstInView() {
    const top = this.#element.getBoundingClientRect().top;
    return [...this.#content.children].find((child) => child.getBoundingClientRect().bottom > top);
  }

  // A picture that comes late makes the content longer without anybody moving: only going up lets go of the end.
  #note() {
    const { scrollTop, clientHeight, scrollHeight } = this.#element;
    const wentUp = scrollTop < this.#top - 1;
    this.#top = scrollTop;
    const near = scrollHeight - clientHeight - scrollTop < NEAR;
    const stuck = this.#sticky && (near || (this.#stuck && !wentUp));
    if (stuck === this.#stuck) return;
    this.#stuck = stuck;
    this.#onLeave(stuck);
  }
}
