import type { Pool } from "undici";
import { causeOf } from "./cause.ts";
import { problemDetail } from "./problem.ts";

/**
 * What became of one increment. Refused: it was certainly not counted.
 * Indeterminate: it may have been. A `cause` groups failures of a kind.
 */
export type Outcome =
	| { kind: "acknowledged" }
	| {
			kind: "refused" | "indeterminate";
			cause: string;
			status?: number;
			/** What the server's problem+json says. */
			problem?: string;
	  };

/** How to send it, the same for every increment of a run. */
export interface Shot {
	path: string;
	headers: Record<string, string>;
	/** From the request's start to the end of its answer. */
	timeoutMs: number;
	/** Never to be printed. */
	token: string | undefined;
}

/**
 * Posts one increment, once, and never rejects. It hands undici a bare handler:
 * a body stream for every answer would cost the driver a good part of its rate.
 */
export function send(pool: Pool, shot: Shot): Promise<Outcome> {
	const { path, headers, timeoutMs, token } = shot;
	return new Promise((resolve) => {
		let started = false;
		let timer: NodeJS.Timeout | undefined;
		let status = 0;
		let body = "";
		pool.dispatch(
			{ method: "POST", path, headers },
			{
				onRequestStart(controller) {
					started = true;
					timer = setTimeout(
						() => controller.abort(new Error("no answer in time")),
						timeoutMs,
					);
				},
				onResponseStart(_, statusCode) {
					status = statusCode;
				},
				onResponseData(_, chunk) {
					if (status >= 300 && body.length < 10_000) body += chunk;
				},
				onResponseEnd() {
					clearTimeout(timer);
					resolve(answered(status, body, token));
				},
				onResponseError(_, error) {
					clearTimeout(timer);
					resolve({
						kind: started ? "indeterminate" : "refused",
						cause: causeOf(error),
					});
				},
			},
		);
	});
}

function answered(
	status: number,
	body: string,
	token: string | undefined,
): Outcome {
	if (status >= 200 && status < 300) return { kind: "acknowledged" };
	const problem = problemDetail(body, token);
	return {
		// A server that fails may fail after it has counted.
		kind: status >= 500 ? "indeterminate" : "refused",
		cause: `HTTP ${status}`,
		status,
		...(problem !== undefined && { problem }),
	};
}
