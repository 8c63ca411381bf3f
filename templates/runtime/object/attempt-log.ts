import { type Details, errorText } from "../log.ts";
import type { Database } from "./database.ts";
import { FailureStorage } from "./failure-storage.ts";
import { age, type FailureCounts } from "./health.ts";
import type { Host } from "./host.ts";

/** Logs how an object's attempts to pass on what it holds go. */
export class AttemptLog {
	readonly #what: "flush" | "publish";
	readonly #storage: FailureStorage;
	readonly #host: Host;

	constructor(what: "flush" | "publish", database: Database, host: Host) {
		this.#what = what;
		this.#storage = new FailureStorage(database);
		this.#host = host;
	}

	get failures(): FailureCounts {
		return this.#storage.counts;
	}

	/** One failed; the next one comes after so many milliseconds. */
	failed(error: unknown, retryInMs: number, details: Details = {}): void {
		this.#storage.failed(this.#host.now());
		this.#host.log("warn", `${this.#what}-failed`, {
			...details,
			failures: this.failures.inRow,
			retryInMs,
			error: errorText(error),
		});
	}

	/** One succeeded. Costs nothing unless the one before failed. */
	succeeded(details: Details = {}): void {
		const before = this.#storage.succeeded();
		if (!before) return;
		this.#host.log("info", `${this.#what}-recovered`, {
			...details,
			failures: before.failures,
			afterMs: age(before.since, this.#host.now()),
		});
	}
}
