import { setTimeout } from "node:timers/promises";
import { account } from "./account.ts";
import { judgeAnswer, parse } from "./judge.ts";
import { Model } from "./model.ts";
import { NAMESPACES, type Namespace } from "./namespaces.ts";
import { foresee, type Verdict } from "./oracle.ts";
import { Sender } from "./send.ts";
import { ADMIN_TOKEN, CALLER_TOKEN, type Server } from "./server.ts";
import { type Answer, describe, isWhole, type Shot } from "./shot.ts";

/** Requests between two comparisons of every namespace. */
const EVERY_REQUESTS = 500;

/** A request, and how often it is sent at the same time. */
export interface Case {
	shot: Shot;
	copies: number;
}

/** A server, and what it must hold by now. */
export class Session {
	readonly #server: Server;
	readonly #sender: Sender;
	readonly #models = new Map<Namespace, Model>(
		NAMESPACES.map((one) => [one, new Model(one)]),
	);
	/** Answers by their status; 0 is none. */
	readonly statuses = new Map<number, number>();
	requests = 0;
	/** Namespaces that were asked for something since they were compared. */
	readonly #touched = new Set<Namespace>();
	readonly #every: number;
	#cases = 0;

	/** Compares what was counted once in `every` cases. */
	constructor(server: Server, every: number) {
		this.#server = server;
		this.#every = every;
		this.#sender = new Sender(server.port);
	}

	/**
	 * Sends a request, judges its answer, and compares what is counted then.
	 *
	 * @throws Error with what is wrong
	 */
	async play({ shot, copies }: Case): Promise<void> {
		await this.#server.revive();
		const isHttp = isWhole(shot);
		const foreseen = foresee(shot, (one) => this.#modelOf(one));
		const verdict = isHttp
			? foreseen
			: { ...foreseen, anything: true, open: true };
		const model = this.#modelOf(verdict.place.namespace);
		// Several at once are told apart by their key only.
		const times =
			verdict.entries && verdict.key !== undefined && isHttp ? copies : 1;
		const sent = Array.from({ length: times }, () => this.#sender.send(shot));
		const findings: string[] = [];
		const results = await Promise.allSettled(sent);
		this.requests += times;
		// The one that counted comes first, in whatever order they ended.
		const answers = results
			.flatMap((one) => (one.status === "fulfilled" ? one.value : []))
			.sort((a, b) => Number(isReplay(a)) - Number(isReplay(b)));
		for (const answer of answers) {
			this.#note(answer.status);
			findings.push(...judgeAnswer(shot, verdict, answer));
			findings.push(...account(model, verdict, answer));
		}
		if (answers.length < times) {
			const failed = results.find((one) => one.status === "rejected");
			findings.push(...this.#lose(shot, verdict, failed?.reason));
			// It may still be at work.
			await setTimeout(30);
		}
		if (!this.#server.runs) findings.push("the server has ended");
		else if (answers.length < times)
			findings.push(...(await this.#compare(verdict.place.namespace)));
		else findings.push(...(await this.#compareAfter(verdict.place.namespace)));
		const unique = [...new Set(findings)];
		if (unique.length > 0)
			throw new Error(`${unique.join("\n")}\n${describe(shot)}`);
	}

	/** Notes requests without an answer: they may have counted; some must be answered. */
	#lose(shot: Shot, verdict: Verdict, reason: unknown): string[] {
		const { entries, key, place } = verdict;
		const model = this.#modelOf(place.namespace);
		this.#note(0);
		// Of what is declared too short a part was taken for all.
		if (entries && shot.framing !== "too-long") model.perhaps(entries, key);
		else model.perhapsAnything(key);
		return mustAnswer(shot, verdict)
			? [`no answer: ${reason ?? "the connection was closed"}`]
			: [];
	}

	/** Compares every namespace, and what the server has said meanwhile. */
	async compareAll(): Promise<string[]> {
		const findings: string[] = [];
		for (const one of NAMESPACES) findings.push(...(await this.#compare(one)));
		const forbidden = [ADMIN_TOKEN, CALLER_TOKEN, "request-failed"];
		for (const text of forbidden)
			if (this.#server.output.includes(text))
				findings.push(`the log says ${text}`);
		this.#server.output = "";
		return findings;
	}

	async close(): Promise<void> {
		await this.#sender.close();
	}

	#modelOf(namespace: Namespace): Model {
		return this.#models.get(namespace) as Model;
	}

	#note(status: number): void {
		this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
	}

	async #compareAfter(namespace: Namespace): Promise<string[]> {
		this.#touched.add(namespace);
		if (++this.#cases % EVERY_REQUESTS === 0) return this.compareAll();
		if (this.#cases % this.#every > 0) return [];
		const findings: string[] = [];
		for (const one of this.#touched)
			if (!one.huge) findings.push(...(await this.#compare(one)));
		this.#touched.clear();
		if (this.#every > 1 && findings.length > 0)
			findings.push(`by one of the last ${this.#every}: --every 1 tells which`);
		return findings;
	}

	/** Compares what a namespace holds with what it must. */
	async #compare(namespace: Namespace): Promise<string[]> {
		const read = new Map<string, number>();
		for (let cursor: string | undefined = ""; cursor !== undefined; ) {
			const page = cursor === "" ? "" : `&cursor=${cursor}`;
			const answer = await this.#readPage(namespace, page);
			if (typeof answer === "string") return [answer];
			const { headers, body } = answer;
			for (const [name, value] of Object.entries(parse(body) as object))
				read.set(name, value);
			cursor = headers.get("counter-cursor");
		}
		return this.#modelOf(namespace)
			.compare(read)
			.map((what) => `then, in ${namespace.key}, ${what}`);
	}

	/** A page, or why there is none. */
	async #readPage(
		{ key, mount }: Namespace,
		page: string,
	): Promise<Answer | string> {
		try {
			const [answer] = await this.#sender.send({
				method: "GET",
				target: `${mount}/counters?read=exact${page}`,
				headers: [["authorization", `Bearer ${ADMIN_TOKEN}`]],
			});
			return answer?.status === 200
				? answer
				: `the exact read of ${key} is answered with ${answer?.status}: ${answer?.body}`;
		} catch (error) {
			return `the exact read of ${key} has no answer: ${error}`;
		}
	}
}

function isReplay({
	headers,
}: {
	headers: ReadonlyMap<string, string>;
}): boolean {
	return headers.get("idempotent-replayed") === "true";
}

/** Excuses a long body that is refused: the server may hang up before it has all come. */
function mustAnswer(shot: Shot, verdict: Verdict): boolean {
	const { refusals, entries, limited } = verdict;
	const isRead = entries !== undefined && refusals.size === 0 && !limited;
	// A client that still sends what nobody reads may miss the answer.
	const isShort = (shot.body?.length ?? 0) < 50_000;
	return isWhole(shot) && (isRead || (isShort && shot.framing !== "pieces"));
}
