import { Poll } from "./poll.ts";
import { listsOf, queryOf } from "./read.ts";

/** Wait for more names to come up, so that they share a socket. */
const GATHER_MS = 100;

/** Time between two pings; the server closes a socket that sends none for 60 s. */
const PING_MS = 30_000;

/** Longest wait after a first failure; it doubles with each that follows. */
const RETRY_MS = 10_000;
const MAX_DOUBLINGS = 5;

/** Longest time after its version from which a message may have counts. */
const GATHERED_MS = 30_000;

interface Message {
	/** Grows with the totals: a moment in milliseconds at which some of them changed. */
	version: number;
	birth: number;
	reset?: true;
	values: Record<string, number>;
}

/**
 * Has totals pushed over a WebSocket, which closes while nobody looks. Reads those
 * that do not fit into one.
 */
export class Live extends Poll {
	#socket: WebSocket | undefined;
	#names = new Set<string>();
	#timer = 0;
	#pings = 0;
	#isAlive = false;
	#failures = 0;
	#last: Message | undefined;

	protected override update(): void {
		super.update();
		const watched = this.#wanted();
		if (watched.length === 0) {
			this.#failures = 0;
			this.#close();
		} else if (
			!this.#timer &&
			!(this.#socket && watched.every((name) => this.#names.has(name)))
		)
			this.#openAfter(GATHER_MS);
	}

	/** Lists the counters that one socket can watch. */
	#wanted(): readonly string[] {
		return listsOf(this.watched())[0] ?? [];
	}

	protected override polled(): string[] {
		return listsOf(this.watched()).slice(1).flat();
	}

	#openAfter(ms: number): void {
		this.#timer = setTimeout(() => this.#open(), ms);
	}

	#open(): void {
		this.#close();
		const names = this.#wanted();
		this.#names = new Set(names);
		const socket = new WebSocket(this.#url(names));
		socket.onmessage = ({ data }) => this.#take(data);
		socket.onclose = () => this.#retry();
		this.#socket = socket;
		this.#isAlive = false;
		this.#pings = setInterval(() => this.#ping(socket), PING_MS);
	}

	#url(names: readonly string[]): string {
		const url = `${this.base.replace("http", "ws")}live?${queryOf(names)}`;
		if (!this.#last) return url;
		return `${url}&since=${this.#last.version}&birth=${this.#last.birth}`;
	}

	#close(): void {
		clearTimeout(this.#timer);
		this.#timer = 0;
		clearInterval(this.#pings);
		if (!this.#socket) return;
		this.#socket.onmessage = this.#socket.onclose = null;
		this.#socket.close();
		this.#socket = undefined;
	}

	#take(text: string): void {
		this.#isAlive = true;
		if (text === "pong") return;
		const message: Message = JSON.parse(text);
		this.#last = message;
		this.#failures = 0;
		const values = new Map(Object.entries(message.values));
		const moment = message.version + GATHERED_MS;
		for (const name of this.#names) {
			const total = values.get(name) ?? (message.reset && 0);
			if (total !== undefined) this.show(name, total, moment);
		}
	}

	#ping(socket: WebSocket): void {
		if (this.#isAlive) socket.send("ping");
		else this.#retry();
		this.#isAlive = false;
	}

	/** Comes back at a random moment, so that the viewers of a server spread out. */
	#retry(): void {
		this.#close();
		const doubled = 2 ** Math.min(this.#failures++, MAX_DOUBLINGS);
		this.#openAfter(Math.random() * RETRY_MS * doubled);
		// Some networks let no socket pass, and not every namespace is live.
		const isMissing = (name: string) =>
			!this.#last || this.momentOf(name) === undefined;
		const missing = this.#wanted().filter(isMissing);
		if (missing.length > 0) void this.read(missing);
	}
}
