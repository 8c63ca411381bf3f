import fc from "fast-check";
import { anyCase } from "./cases.ts";
import type { Server } from "./server.ts";
import { Session } from "./session.ts";

/** Time for trying to make a failing request smaller. */
const SHRINKING_MS = 20_000;

export interface FuzzOptions {
	/** Requests to send, those for comparing not counted. */
	requests: number;
	/** The same seed sends the same requests. */
	seed: number;
	/** Requests between two comparisons of what was counted; 1 by default. */
	every?: number;
	/** Of one failing request, to send that alone. */
	path?: string;
	progress?: (session: Session) => void;
}

export interface FuzzResult {
	session: Session;
	/** Finding, with the smallest request that shows it. */
	finding?: string;
	/** Path of that request. */
	path?: string;
}

/** Sends requests until one is not answered as it must be. */
export async function fuzz(
	server: Server,
	{ requests, seed, every = 1, path, progress }: FuzzOptions,
): Promise<FuzzResult> {
	const session = new Session(server, every);
	let until = Infinity;
	const property = fc.asyncProperty(anyCase, async (one) => {
		if (performance.now() > until) return;
		try {
			await session.play(one);
		} catch (error) {
			until = Math.min(until, performance.now() + SHRINKING_MS);
			throw error;
		}
		progress?.(session);
	});
	try {
		const { counterexamplePath, errorInstance } = await fc.check(property, {
			numRuns: requests,
			seed,
			...(path !== undefined && { path }),
		});
		if (errorInstance instanceof Error)
			return {
				session,
				finding: errorInstance.message,
				...(counterexamplePath !== null && { path: counterexamplePath }),
			};
		const wrong = await session.compareAll();
		return wrong.length > 0
			? { session, finding: wrong.join("\n") }
			: { session };
	} finally {
		await session.close();
	}
}
