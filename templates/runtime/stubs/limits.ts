import type { CounterLimit, Limit, Limits } from "../bounds/contract.ts";
import { globalUnreachable } from "../http/errors.ts";
import { errorText } from "../log.ts";
import { accepted, invalid, type Refusal } from "../problem.ts";
import { type GlobalObject, globalObject } from "../rpc.ts";
import {
	type CounterSettings,
	checkName,
	checkPastName,
	objectLog,
} from "../settings.ts";
import { namingFullStorage } from "../storage-full.ts";

/** Reads and sets bounds of single counters, where the namespace has a `total`. */
export class LimitStub {
	protected readonly settings: CounterSettings;
	protected readonly object: GlobalObject;
	readonly #env: object;

	constructor(settings: CounterSettings, env: object) {
		this.settings = settings;
		this.object = globalObject(settings, env);
		this.#env = env;
	}

	/** Waits for an answer of the object; logs why there is none. */
	protected async ask<T>(call: Promise<T | Refusal>): Promise<T> {
		const answer = await call.catch(async (error: unknown) => {
			const log = objectLog(this.settings, "global");
			const named = await namingFullStorage(error, this.#env, log);
			if (named !== error) throw named;
			log("warn", "global-unreachable", {
				error: errorText(error),
			});
			return { problem: globalUnreachable };
		});
		return accepted(answer);
	}

	/**
	 * Reads the bounds of one counter, and how much of them is used, exactly: a look
	 * that takes nothing.
	 *
	 * @throws CounterProblem (400) where the namespace has no `total`; (503) naming the
	 * shards that could not be reached
	 *
	 * @example
	 * const { remaining = 0 } = await Metrics.globalStub(env).limit("seats");
	 */
	async limit(counter: string): Promise<CounterLimit> {
		checkPastName(counter);
		return this.#limit(counter, (object) => object.limit(counter));
	}

	/**
	 * Sets the bounds of one counter in place of those of `total`: once it resolves, no
	 * shard counts past them. With `per` they are of what is counted in each, too.
	 *
	 * @param counter a name that `names` allows
	 * @param bounds whole numbers within ±(2^53 − 1); one that is left out does not bound
	 * @throws CounterProblem (400) for bounds that are none; (503) naming the shards that
	 * have not given back yet what a lower bound takes from them: it is set, and holds
	 * once they did
	 *
	 * @example
	 * await Metrics.globalStub(env).setLimit("seats", { max: 1_000 });
	 */
	async setLimit(counter: string, bounds: Limits): Promise<CounterLimit> {
		checkName(this.settings, counter);
		this.settings.totalBounds.check?.(bounds);
		return this.#limit(counter, (object) => object.setLimit(counter, bounds));
	}

	/**
	 * Takes the bounds off that `setLimit` gave a counter: those of `total` hold again.
	 * Throws as `setLimit` does.
	 *
	 * @param counter a name, also one that `names` no longer allows
	 */
	async dropLimit(counter: string): Promise<CounterLimit> {
		checkPastName(counter);
		return this.#limit(counter, (object) => object.dropLimit(counter));
	}

	async #limit(
		counter: string,
		ask: (object: GlobalObject) => Promise<Limit | Refusal>,
	): Promise<CounterLimit> {
		const { show } = this.settings.totalBounds;
		if (!show)
			throw invalid(
				"limits-off",
				"Set `total` of this namespace in counters.yaml: without it nothing is bounded",
			);
		return show(counter, await this.ask(ask(this.object)));
	}
}
