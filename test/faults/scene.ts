import { setTimeout as wait } from "node:timers/promises";
import { WAIT_MS } from "../support/wait.ts";
import { type FaultyBuild, SUBJECT } from "./build.ts";
import type { Observer } from "./observer.ts";
import type { Faults } from "./server.ts";
import { Server } from "./server.ts";

/** Something that fails while load goes on, and what must hold meanwhile. */
export interface Fault {
	/** As `--only` has it; several may share one. */
	kind: "kv" | "global" | "shard";
	name: string;
	run(scene: Scene): Promise<void>;
}

/** Effects of a fault, as they were seen. */
export interface Report {
	name: string;
	/** The rows of a table. */
	facts: ReadonlyMap<string, number>;
	/** Promises that do not hold; none, if all is well. */
	findings: readonly string[];
}

/** A server that a fault is injected into, and what is found out. */
export class Scene {
	readonly server: Server;
	/** Seconds that the fault lasts. */
	readonly seconds: number;
	readonly facts = new Map<string, number>();
	readonly findings: string[] = [];
	readonly #report: (text: string) => void;

	constructor(server: Server, seconds: number, report: (text: string) => void) {
		this.server = server;
		this.seconds = seconds;
		this.#report = report;
	}

	/** Lets something fail, and says so. */
	async fail(faults: Faults): Promise<void> {
		await this.server.fail(faults);
		this.#report(JSON.stringify(faults));
	}

	check(holds: boolean, finding: string): void {
		if (!holds) this.findings.push(finding);
	}

	/** Takes down what an observer saw. */
	saw(asked: string, { answers, findings }: Observer): void {
		for (const [answer, times] of answers)
			this.facts.set(`${asked}: ${answer}`, times);
		this.findings.push(...findings.slice(0, 3));
	}

	/** Waits until the log has such a line, with that detail. */
	logged(
		level: string,
		event: string,
		object: string,
		detail: string,
	): Promise<void> {
		return this.until(`logged ${event} of ${object}`, () =>
			this.server.log.some(
				(line) =>
					line.event === event &&
					line.level === level &&
					line.namespace === SUBJECT &&
					line.object === object &&
					Date.parse(line.time) > 0 &&
					line[detail] !== undefined,
			),
		);
	}

	/** Waits until something holds; it is a finding if it never does. */
	async until(
		what: string,
		holds: () => boolean | Promise<boolean>,
	): Promise<void> {
		const end = Date.now() + WAIT_MS;
		while (!(await holds())) {
			if (Date.now() > end) {
				this.findings.push(`never ${what}`);
				return;
			}
			await wait(50);
		}
	}

	/** Waits for a share of the fault's time. */
	async last(share: number): Promise<void> {
		await wait(this.seconds * 1000 * share);
	}
}

/** Plays a fault on a server of its own. */
export async function play(
	fault: Fault,
	build: FaultyBuild,
	dir: string,
	seconds: number,
	report: (text: string) => void = () => {},
): Promise<Report> {
	const server = await Server.start(build, dir);
	try {
		const scene = new Scene(server, seconds, report);
		await fault.run(scene);
		const { findings, facts } = scene;
		for (const { event } of server.log)
			facts.set(`log: ${event}`, (facts.get(`log: ${event}`) ?? 0) + 1);
		return { name: fault.name, facts, findings };
	} finally {
		await server.stop();
	}
}
