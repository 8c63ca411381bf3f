import { type Api, under } from "./api.ts";

/** Time between two pings; the server drops who sends none for 60 s. */
const PING_MS = 30_000;

/** A server that restarts closes all sockets: they come back at random within this. */
const MAX_RETURN_MS = 10_000;

/** Code of a close that no new attempt would change. */
const REFUSED = 1008;

/** A message of `/live`. */
export interface Update {
	version: number;
	birth: number;
	/** Tells that totals may be lower than before, and that those it lacks are gone. */
	reset?: true;
	values: Record<string, number>;
}

/** Follows all totals of a namespace over a WebSocket, and comes back when it closes. */
export class Live {
	/** Tells whether updates arrive now. */
	isOpen = false;
	readonly #url: URL;
	readonly #protocols: string[];
	readonly #signal: AbortSignal;
	readonly #onUpdate: (update: Update) => void;
	readonly #onChange: () => void;
	/** The last update that it got, to go on from. */
	#last: Pick<Update, "version" | "birth"> | undefined;

	/**
	 * @param signal ends it
	 * @param onUpdate takes each message
	 * @param onChange is told that it opened or closed
	 */
	constructor(
		{ base, token }: Api,
		mount: string,
		signal: AbortSignal,
		onUpdate: (update: Update) => void,
		onChange: () => void,
	) {
		this.#url = new URL(under(mount, "live"), base);
		this.#url.protocol = base.protocol.replace("http", "ws");
		this.#protocols = [
			"counters",
			...(token === undefined ? [] : [`bearer.${base64url(token)}`]),
		];
		this.#signal = signal;
		this.#onUpdate = onUpdate;
		this.#onChange = onChange;
		this.#open();
	}

	#open(): void {
		if (this.#signal.aborted) return;
		const url = new URL(this.#url);
		if (this.#last) {
			url.searchParams.set("since", String(this.#last.version));
			url.searchParams.set("birth", String(this.#last.birth));
		}
		const socket = new WebSocket(url, this.#protocols);
		const closed = new AbortController();
		const { signal } = closed;
		const ping = setInterval(() => {
			if (socket.readyState === WebSocket.OPEN) socket.send("ping");
		}, PING_MS);
		socket.addEventListener("message", ({ data }) => this.#take(data), {
			signal,
		});
		socket.addEventListener(
			"close",
			({ code }) => {
				clearInterval(ping);
				closed.abort();
				this.#change(false);
				// The next poll finds out if the token is still good.
				if (code === REFUSED) return;
				setTimeout(() => this.#open(), Math.random() * MAX_RETURN_MS);
			},
			{ signal },
		);
		this.#signal.addEventListener("abort", () => socket.close(), { signal });
	}

	#take(data: unknown): void {
		if (typeof data !== "string" || data === "pong") return;
		const update: Update = JSON.parse(data);
		this.#last = { version: update.version, birth: update.birth };
		this.#onUpdate(update);
		this.#change(true);
	}

	#change(isOpen: boolean): void {
		if (isOpen === this.isOpen) return;
		this.isOpen = isOpen;
		this.#onChange();
	}
}

function base64url(text: string): string {
	return btoa(text)
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}
