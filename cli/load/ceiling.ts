import { join } from "node:path";
import { CounterGenError } from "../errors.ts";
import { templatesDir } from "../generator/templates.ts";
import type { Io } from "../io.ts";
import { packageRoot } from "../root.ts";
import { findToolchain, type Toolchain } from "../toolchain/find.ts";
import { startWorkerd } from "../toolchain/workerd.ts";
import { drive } from "./drive.ts";
import type { Shot } from "./lane.ts";

const SECONDS = 0.8;

/**
 * How many requests a second the driver itself is good for: it sends the same
 * to an empty Worker on a workerd of this machine, for a moment. Undefined
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
	let listening: (port: number) => void = () => {};
	const port = new Promise<number>((resolve) => {
		listening = resolve;
	});
	const workerd = startWorkerd(
		toolchain,
		join(templatesDir, "serve", "empty.capnp"),
		{},
		io,
		{ listening, stderr: () => {} },
	);
	try {
		const found = await Promise.race([port, workerd.exited]);
		if (typeof found !== "number" || io.signal.aborted) return undefined;
		const tally = await drive(
			`http://127.0.0.1:${found}`,
			next,
			{ concurrency, seconds: SECONDS },
			{ signal: io.signal, timeoutMs },
		);
		return io.signal.aborted ? undefined : tally.requestsPerSecond;
	} finally {
		await workerd.stop();
	}
}

/** The workerd of the wrangler beside this package. */
function findOwn(): Toolchain | undefined {
	try {
		return findToolchain(packageRoot);
	} catch (error) {
		if (error instanceof CounterGenError) return undefined;
		throw error;
	}
}
