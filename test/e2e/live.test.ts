import { describe, expect, it } from "vitest";
import { descendants, eventually } from "../support/process.ts";
import { Project } from "../support/project.ts";
import { startServe } from "../support/serving.ts";

const VIEWERS = 1_000;

/** Time between two pings, in milliseconds: the server closes who sends none for 60 s. */
const PING_MS = 20_000;

interface Message {
	version: number;
	birth: number;
	reset?: true;
	values: Record<string, number>;
}

/** Someone who watches, and comes back. */
class Viewer {
	readonly values: Record<string, number> = {};
	last: Message | undefined;
	resets = 0;
	/** Times that a total went back. */
	falls = 0;
	closed = false;
	#socket: WebSocket | undefined;

	/** Opens a WebSocket, and says where it was. */
	watch(url: string, names: readonly string[]): Promise<void> {
		const { version, birth } = this.last ?? {};
		const query = new URLSearchParams({
			counters: names.join(),
			...(this.last && { since: `${version}`, birth: `${birth}` }),
		});
		const address = `${url.replace("http", "ws")}/live?${query}`;
		this.closed = false;
		return new Promise((resolve, reject) => {
			const socket = new WebSocket(address, ["counters"]);
			this.#socket = socket;
			socket.onerror = () => reject(new Error(`${address} does not open`));
			let pings: NodeJS.Timeout | undefined;
			socket.onopen = () => {
				pings = setInterval(() => socket.send("ping"), PING_MS);
			};
			socket.onclose = () => {
				clearInterval(pings);
				this.closed = true;
			};
			socket.onmessage = ({ data }) => {
				if (data === "pong") return;
				this.#shown(JSON.parse(String(data)));
				resolve();
			};
		});
	}

	close(): void {
		this.#socket?.close(1000);
	}

	#shown(message: Message): void {
		this.last = message;
		if (message.reset) this.resets++;
		for (const [name, value] of Object.entries(message.values)) {
			if (value < (this.values[name] ?? 0)) this.falls++;
			this.values[name] = value;
		}
	}
}

const config = `version: 1
namespaces:
  metrics:
    mount: /
    live: true
    shardWriteToGlobalAfter: 100ms
`;

describe("viewers of GET /live", () => {
	it(`are ${VIEWERS} at once, see every total, and go on where they were after the server was killed`, async () => {
		const project = await Project.create();
		await project.write("counters.yaml", config);
		const first = await startServe(project, ["--state", "state"]);
		const viewers = Array.from({ length: VIEWERS }, () => new Viewer());
		/** Each watches one of ten counters, and one that all watch. */
		const namesOf = (n: number) => ["all", `n${n % 10}`];
		const open = (url: string) =>
			Promise.all(viewers.map((one, n) => one.watch(url, namesOf(n))));
		const count = async (url: string, name: string, times: number) => {
			for (let n = 0; n < times; n++)
				await fetch(`${url}/increment/${name}`, { method: "POST" });
		};
		const all = (wanted: number) =>
			eventually(
				async () =>
					viewers.filter(({ values }) => values.all === wanted).length,
				(there) => there === VIEWERS,
			);
		await open(first.url);
		await count(first.url, "n3", 7);
		await count(first.url, "all", 20);
		expect(await all(20)).toBe(VIEWERS);
		expect(viewers.map(({ values }) => values)).toEqual(
			viewers.map((_, n) => ({
				all: 20,
				[`n${n % 10}`]: n % 10 === 3 ? 7 : 0,
			})),
		);

		const [workerd = 0] = await descendants(first.serve.pid);
		await count(first.url, "all", 5);
		process.kill(workerd, "SIGKILL");
		await first.serve.ended;
		await eventually(
			async () => viewers.every(({ closed }) => closed),
			(closed) => closed,
		);
		const second = await startServe(project, ["--state", "state"]);
		await open(second.url);
		await count(second.url, "all", 5);
		expect(await all(30)).toBe(VIEWERS);
		expect(viewers.filter(({ falls }) => falls > 0)).toEqual([]);
		expect(viewers.filter(({ resets }) => resets > 0)).toEqual([]);

		for (const viewer of viewers) viewer.close();
		await eventually(
			async () => viewers.every(({ closed }) => closed),
			(closed) => closed,
		);
		expect(await second.serve.stop()).toMatchObject({ status: 0 });
	});
});
