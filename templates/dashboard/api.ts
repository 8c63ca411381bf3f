/** Longest wait for an answer: a reset asks every shard. */
const ANSWER_TIMEOUT_MS = 30_000;

/** The Worker refused a request, and says why. */
export class Refused extends Error {
	readonly status: number;

	constructor(status: number, detail: string) {
		super(detail);
		this.status = status;
	}
}

/** No Worker answered. */
export class Unreachable extends Error {}

export interface Answer<Data> {
	data: Data;
	headers: Headers;
}

/** Calls the Worker that the page came from. */
export class Api {
	/** Beginning of the Worker's paths: the page is at `-/` below it. */
	readonly base: URL;
	readonly token: string | undefined;

	constructor(base: URL, token: string | undefined) {
		this.base = base;
		this.token = token;
	}

	get<Data>(path: string, signal?: AbortSignal): Promise<Answer<Data>> {
		return this.#ask("GET", path, signal);
	}

	post<Data>(path: string): Promise<Answer<Data>> {
		return this.#ask("POST", path);
	}

	/** @throws Refused, Unreachable */
	async #ask<Data>(
		method: string,
		path: string,
		signal?: AbortSignal,
	): Promise<Answer<Data>> {
		const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
		let answer: Response;
		let data: unknown;
		try {
			answer = await fetch(new URL(path, this.base), {
				method,
				cache: "no-store",
				headers:
					this.token === undefined
						? {}
						: { Authorization: `Bearer ${this.token}` },
				signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
			});
			data = await answer.json();
		} catch {
			// Something in between answered: the Worker's answers are JSON.
			throw new Unreachable("The Worker does not answer");
		}
		if (answer.ok) return { data: data as Data, headers: answer.headers };
		const { detail, title } = data as { detail?: string; title?: string };
		throw new Refused(
			answer.status,
			detail ?? title ?? `It answered ${answer.status}`,
		);
	}
}

/** Writes the path of a namespace's route, relative to the Worker's. */
export function under(mount: string, path: string): string {
	return `${mount.replace(/^\//, "")}${mount === "/" ? "" : "/"}${path}`;
}
