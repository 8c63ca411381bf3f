import { join } from "node:path";
import { CounterGenError } from "../errors.ts";
import { templatesDir } from "../generator/templates.ts";
import type { Io } from "../io.ts";
import { packageRoot } from "../root.ts";
import { findToolchain, type Toolchain } from "../toolchain/find.ts";
import { startWorkerd } from "../toolchain/workerd.ts";
import { drive } from "./drive.ts";
import type { Shot } from "./lane.ts";

const MEASURE_SECONDS = 0.8;
const emptyWorker = join(templatesDir, "serve", "empty.capnp");

/**
 * Measures the requests a second that the driver itself is good for: sends the
 * same to an empty Worker on a workerd of this machine, for a moment. Undefined
 * where there is no workerd, or `io.signal` ends it.
 */
export async function measureCeiling(
	next: (n: number) => Shot,
	concurrency: number,
	timeoutMs: number,
	io: Pick<Io, "env" | "cwd" | "signal">,
): Promise<number | undefined> {
	const toolchain = findOwn();
	if (!toolchain) return undefined;
	const { promise: listening, resolve } = Promise.withResolvers<
		number | undefined
	>();
	const none = () => resolve(undefined);
	const workerd = startWorkerd(toolchain, emptyWorker, {}, io, {
		listening: resolve,
		stderr: () => {},
	});
	workerd.exited.then(none, none);
	io.signal.addEventListener("abort", none);
	try {
		const port = await listening;
		if (port === undefined || io.signal.aborted) return undefined;
		const tally = await drive(
			`http://127.0.0.1:${port}`,
			next,
			{ concurrency, seconds: MEASURE_SECONDS },
			{ signal: io.signal, timeoutMs },
		);
		return io.signal.aborted ? undefined : tally.requestsPerSecond;
	} finally {
		io.signal.removeEventListener("abort", none);
		// One that could not even be started needs no stopping.
		await workerd.stop().catch(() => {});
	}
}

/** Finds the workerd of the wrangler beside this package. */
function findOwn(): Toolchain | undefined {
	try {
		return findToolchain(packageRoot, "package");
	} catch (error) {
		if (error instanceof CounterGenError) return undefined;
		throw error;
	}
}
