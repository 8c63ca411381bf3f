import type { Feed } from "./feed.ts";
import { formatted } from "./format.ts";
import { Poll } from "./poll.ts";

type FeedClass = new (base: string) => Feed;

/**
 * Lays the total over what stands between the tags, which keeps its room. Not
 * subject to the page's `style-src`, and weaker than any style of the page.
 */
const style = new CSSStyleSheet();
style.replaceSync(`
:host { display: inline-grid; justify-items: end; white-space: nowrap; font-variant-numeric: tabular-nums }
:host([hidden]) { display: none }
:host(:empty) { min-inline-size: 6ch }
span, slot { display: block; grid-area: 1 / 1 }
span:empty::before { content: "\\200b" }
span:not(:empty) + slot { visibility: hidden }
`);

/** Makes a feed for those that are `live`: by reading, unless totals can be pushed. */
let LiveFeed: FeedClass = Poll;

const feeds = new Map<string, Feed>();

/** Finds the feed of a namespace; `mount` is relative to where this script is from. */
function feedOf(mount: string, isLive: boolean): Feed {
	const base = new URL(mount.replace(/\/?$/, "/"), import.meta.url).href;
	const key = `${base} ${isLive}`;
	const feed = feeds.get(key) ?? new (isLive ? LiveFeed : Poll)(base);
	feeds.set(key, feed);
	return feed;
}

/**
 * Shows the total of the counter `name`, and follows it while it is on the screen:
 * as it is pushed if it is `live`, else by reading it now and then. `mount` is
 * where the namespace is: a path of the Worker that this script is from, or a URL.
 */
class CounterValue extends HTMLElement {
	static readonly observedAttributes = ["name", "mount", "live", "lang"];

	readonly #text = document.createElement("span");
	readonly #screen = new IntersectionObserver((entries) => {
		this.#isOnScreen = entries.at(-1)?.isIntersecting === true;
		this.#follow();
	});
	#isOnScreen = false;
	#total: number | undefined;
	#unfollow = () => {};

	constructor() {
		super();
		const root = this.attachShadow({ mode: "open" });
		root.adoptedStyleSheets = [style];
		root.append(this.#text, document.createElement("slot"));
	}

	connectedCallback(): void {
		this.#screen.observe(this);
	}

	disconnectedCallback(): void {
		this.#screen.disconnect();
		this.#isOnScreen = false;
		this.#follow();
	}

	attributeChangedCallback(attribute: string): void {
		if (attribute !== "lang") {
			this.#total = undefined;
			this.#follow();
		}
		this.#write();
	}

	#follow(): void {
		this.#unfollow();
		const name = this.getAttribute("name");
		this.#unfollow =
			this.#isOnScreen && name
				? feedOf(
						this.getAttribute("mount") ?? "/",
						this.hasAttribute("live"),
					).follow(name, (total) => {
						this.#total = total;
						this.#write();
					})
				: () => {};
	}

	#write(): void {
		const { lang } =
			this.closest<HTMLElement>("[lang]") ?? document.documentElement;
		this.#text.textContent =
			this.#total === undefined ? "" : formatted(this.#total, lang);
	}
}

/**
 * Defines `<counter-value>`.
 *
 * @param Pushed feed of elements that are `live`, where a namespace is
 */
export function define(Pushed: FeedClass = Poll): void {
	// Two Workers may each bring it to one page.
	if (customElements.get("counter-value")) return;
	LiveFeed = Pushed;
	customElements.define("counter-value", CounterValue);
}
